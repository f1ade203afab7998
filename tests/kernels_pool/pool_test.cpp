// The pooling kernels of every tier against the plain loops beside them.
#include <cairn/kernels/pool/pool_reference.h>

#include <cmath>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::PoolKernels;
using cairn::kernels::PoolRow;
using cairn::kernels::PoolSpan;
namespace reference = cairn::kernels::reference;

struct PoolTier {
  std::string name;
  const PoolKernels* pool;
};

std::vector<PoolTier> pool_tiers() {
  std::vector<PoolTier> list;
  for (cairn::Isa isa : {cairn::Isa::scalar, cairn::Isa::avx2, cairn::Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) {
      list.push_back({cairn::isa_name(isa), cairn::kernels::kernels_for(isa).pool});
    }
  }
  return list;
}

// An image of 6 × 11 pixels under a row of windows of 3 × 2, of which the first has a
// column in the padding and the row of windows one row. With a step of 0, one of 6 × 10
// pixels under windows of 2 × 2 beside each other, to the very end of its rows.
struct Geometry {
  std::vector<PoolSpan> columns;
  PoolRow row{};

  explicit Geometry(std::int64_t channels, std::int64_t step) {
    row.channels = channels;
    row.kernel_width = 2;
    if (step == 0) {
      for (std::int64_t j = 0; j < 10; j += 2) columns.push_back({0, 2, j});
      row.width = 10;
      row.rows = {0, 2, 4};
      row.dilation[0] = row.dilation[1] = 1;
    } else {
      columns.push_back({1, 2, 0});
      for (std::int64_t j = step; j + 3 <= 11; j += step)
        columns.push_back({0, 2, j - 1});
      row.width = 11;
      row.rows = {1, 3, 1};
      row.dilation[0] = row.dilation[1] = 2;
    }
    row.positions = static_cast<std::int64_t>(columns.size());
    row.columns = columns.data();
  }
  std::int64_t pixels() const { return 6 * row.width * row.channels; }
  std::int64_t results() const { return row.positions * row.channels; }
};

// Few different numbers, so that there are ties, and some NaN.
std::vector<float> with_ties(std::int64_t n, unsigned seed) {
  std::vector<float> x = numbers(n, seed, 0.0f, 4.0f);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = i % 23 == 5 ? std::nanf("") : std::floor(x[i]);
  }
  return x;
}

constexpr std::int64_t kChannels[] = {1,  2,  3,  6,  7,  8,  9, 15,
                                      16, 17, 31, 32, 33, 63, 65};

struct Pooled {
  std::vector<float> y;
  std::vector<std::uint8_t> index;
};

Pooled reference_max(const std::vector<float>& x, const Geometry& g) {
  Pooled p{std::vector<float>(static_cast<std::size_t>(g.results())),
           std::vector<std::uint8_t>(static_cast<std::size_t>(g.results()))};
  reference::max_row(p.y.data(), p.index.data(), x.data(), g.row);
  return p;
}

void check_same_bits(const Guarded& found, const std::vector<float>& wanted) {
  REQUIRE(found.intact());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const float f = found[static_cast<std::int64_t>(i)];
    REQUIRE((f == wanted[i] || (std::isnan(f) && std::isnan(wanted[i]))));
  }
}

}  // namespace

TEST_CASE("the largest of a row of windows channels-last", "[kernels]") {
  for (const PoolTier& tier : pool_tiers()) {
    for (const std::int64_t channels : kChannels) {
      for (const std::int64_t step : {0, 1, 2, 3}) {
        INFO(tier.name << ": " << channels << " channels step " << step);
        const Geometry g(channels, step);
        const std::vector<float> x = with_ties(g.pixels(), 31);
        const Pooled want = reference_max(x, g);
        Guarded y(g.results(), 1);
        std::vector<std::uint8_t> index(want.index.size() + 1, 99);
        tier.pool->max_row(y.data(), index.data(), x.data(), g.row);
        check_same_bits(y, want.y);
        REQUIRE(index.back() == 99);
        index.pop_back();
        REQUIRE(index == want.index);
      }
    }
  }
}

TEST_CASE("the gradient of the largest goes to the winner", "[kernels]") {
  for (const PoolTier& tier : pool_tiers()) {
    for (const std::int64_t channels : kChannels) {
      for (const std::int64_t step :
           {0, 1, 3}) {  // 3 × 1 apart, taps 2 apart: disjoint
        INFO(tier.name << ": " << channels << " channels step " << step);
        const Geometry g(channels, step);
        const bool add = step == 1;
        const Pooled max = reference_max(with_ties(g.pixels(), 32), g);
        const std::vector<float> dy = numbers(g.results(), 33);
        std::vector<float> want(static_cast<std::size_t>(g.pixels()),
                                add ? 0.5f : 0.0f);
        Guarded dx(want, 2);
        reference::max_row_backward(want.data(), dy.data(), max.index.data(), g.row);
        tier.pool->max_row_backward(dx.data(), dy.data(), max.index.data(), add, g.row);
        check_same_bits(dx, want);
      }
    }
  }
}

TEST_CASE("the mean of a row of windows channels-last and its gradient", "[kernels]") {
  for (const PoolTier& tier : pool_tiers()) {
    for (const std::int64_t channels : kChannels) {
      for (const std::int64_t step : {0, 1, 3}) {
        INFO(tier.name << ": " << channels << " channels step " << step);
        const Geometry g(channels, step);
        const bool add = step == 1;
        const std::vector<float> x = numbers(g.pixels(), 34),
                                 dy = numbers(g.results(), 35);
        std::vector<float> want(dy.size());
        std::vector<float> want_dx(x.size(), add ? 0.5f : 0.0f);
        Guarded y(g.results(), 1), dx(want_dx, 3);
        reference::mean_row(want.data(), x.data(), 0.25f, g.row);
        reference::mean_row_backward(want_dx.data(), dy.data(), 0.25f, g.row);
        tier.pool->mean_row(y.data(), x.data(), 0.25f, g.row);
        tier.pool->mean_row_backward(dx.data(), dy.data(), 0.25f, add, g.row);
        check_same_bits(y, want);
        check_same_bits(dx, want_dx);
      }
    }
  }
}

TEST_CASE("two by two windows on planes", "[kernels]") {
  // A plane is an image of one channel.
  for (const PoolTier& tier : pool_tiers()) {
    for (const std::int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 14, 15, 16, 17, 31, 33, 64}) {
      INFO(tier.name << ": " << n << " windows");
      std::vector<PoolSpan> columns;
      for (std::int64_t j = 0; j < n; ++j) columns.push_back({0, 2, 2 * j});
      PoolRow row{};
      row.channels = 1, row.width = 2 * n, row.positions = n;
      row.rows = {0, 2, 0}, row.columns = columns.data();
      row.dilation[0] = row.dilation[1] = 1, row.kernel_width = 2;

      const std::vector<float> x = with_ties(4 * n, 36), dy = numbers(n, 37);
      const std::vector<float> plain = numbers(4 * n, 38);
      const auto count = static_cast<std::size_t>(n);
      std::vector<float> want(count), want_mean(count), want_dx(4 * count, 0.0f),
          want_mean_dx = want_dx;
      std::vector<std::uint8_t> want_index(count), index(count + 1, 99);
      reference::max_row(want.data(), want_index.data(), x.data(), row);
      reference::max_row_backward(want_dx.data(), dy.data(), want_index.data(), row);
      reference::mean_row(want_mean.data(), plain.data(), 0.25f, row);
      reference::mean_row_backward(want_mean_dx.data(), dy.data(), 0.25f, row);

      Guarded y(n, 1), mean(n, 3), upper(2 * n, 1), lower(2 * n, 2),
          mean_upper(2 * n, 5), mean_lower(2 * n, 1);
      tier.pool->max_2x2(y.data(), index.data(), x.data(), x.data() + 2 * n, n);
      tier.pool->max_2x2_backward(upper.data(), lower.data(), dy.data(), index.data(),
                                  n);
      tier.pool->mean_2x2(mean.data(), plain.data(), plain.data() + 2 * n, n);
      tier.pool->mean_2x2_backward(mean_upper.data(), mean_lower.data(), dy.data(), n);

      check_same_bits(y, want);
      REQUIRE(index.back() == 99);
      index.pop_back();
      REQUIRE(index == want_index);
      const auto half = [&](const std::vector<float>& v, std::size_t from) {
        return std::vector<float>(
            v.begin() + static_cast<std::ptrdiff_t>(from),
            v.begin() + static_cast<std::ptrdiff_t>(from + 2 * count));
      };
      check_same_bits(upper, half(want_dx, 0));
      check_same_bits(lower, half(want_dx, 2 * count));
      check_same_bits(mean_upper, half(want_mean_dx, 0));
      check_same_bits(mean_lower, half(want_mean_dx, 2 * count));
      REQUIRE(mean.intact());
      for (std::int64_t i = 0; i < n; ++i) {
        REQUIRE(std::fabs(mean[i] - want_mean[static_cast<std::size_t>(i)]) <= 1e-6f);
      }
    }
  }
}
