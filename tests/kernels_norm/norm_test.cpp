// The normalisation kernels of every tier against the plain loops beside them, on sizes
// around the vectors' widths, and on numbers far from zero.
#include <cairn/kernels/norm/norm_reference.h>

#include <cmath>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::NormKernels;
namespace reference = cairn::kernels::reference;
using reference::ChannelView;

struct NormTier {
  std::string name;
  const NormKernels* norm;
};

std::vector<NormTier> norm_tiers() {
  std::vector<NormTier> list;
  for (cairn::Isa isa : {cairn::Isa::scalar, cairn::Isa::avx2, cairn::Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) {
      list.push_back({cairn::isa_name(isa), cairn::kernels::kernels_for(isa).norm});
    }
  }
  return list;
}

struct Sizes {
  std::int64_t rows, cols;
};

// Blocks of rows hold from 8 (many columns) to 64 rows.
const std::vector<Sizes>& matrices() {
  static const std::vector<Sizes> all = {
      {1, 1},   {2, 7},   {7, 8},   {3, 15}, {64, 16},  {65, 17},  {130, 31},
      {63, 33}, {200, 3}, {17, 63}, {9, 65}, {67, 127}, {21, 1031}};
  return all;
}

std::vector<double> sums_in_double(const std::vector<float>& u,
                                   const std::vector<float>& d, const Sizes& s) {
  std::vector<double> sums(static_cast<std::size_t>(2 * s.cols), 0.5);
  for (std::int64_t r = 0; r < s.rows; ++r) {
    for (std::int64_t c = 0; c < s.cols; ++c) {
      const auto at = static_cast<std::size_t>(r * s.cols + c);
      sums[static_cast<std::size_t>(c)] += u[at];
      sums[static_cast<std::size_t>(s.cols + c)] += double{u[at]} * d[at];
    }
  }
  return sums;
}

std::vector<float> less_pivot(std::vector<float> x, const std::vector<float>& pivot) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= pivot[i % pivot.size()];
  return x;
}

void check_sums(const std::vector<double>& found, const std::vector<double>& wanted,
                std::int64_t rows) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    REQUIRE(std::fabs(found[i] - wanted[i]) <=
            1e-6 * (static_cast<double>(rows) + std::fabs(wanted[i])));
  }
}

}  // namespace

TEST_CASE("sums of columns with deviations from a pivot", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (const Sizes& s : matrices()) {
      INFO(tier.name << ": " << s.rows << " x " << s.cols);
      const std::vector<float> pivot = numbers(s.cols, 3, 90.0f, 110.0f);
      const std::vector<float> x = numbers(s.rows * s.cols, 4, 99.0f, 101.0f);
      const std::vector<float> dy = numbers(s.rows * s.cols, 5);
      const std::vector<float> d = less_pivot(x, pivot);
      std::vector<double> moments(static_cast<std::size_t>(2 * s.cols), 0.5);
      std::vector<double> gradient = moments;
      tier.norm->moments_of_columns(moments.data(), moments.data() + s.cols, x.data(),
                                    pivot.data(), s.rows, s.cols);
      tier.norm->gradient_sums_of_columns(gradient.data(), gradient.data() + s.cols,
                                          dy.data(), x.data(), pivot.data(), s.rows,
                                          s.cols, {});
      check_sums(moments, sums_in_double(d, d, s), 100 * s.rows);
      check_sums(gradient, sums_in_double(dy, d, s), 10 * s.rows);
    }
  }
}

TEST_CASE("sums of a plane with deviations from a pivot", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (std::int64_t n : lengths()) {
      INFO(tier.name << ": n = " << n);
      const std::vector<float> x = numbers(n, 6, 99.0f, 101.0f), dy = numbers(n, 7);
      const std::vector<float> d = less_pivot(x, {103.0f});
      double moments[2] = {0.5, 0.5}, gradient[2] = {0.5, 0.5};
      tier.norm->moments_of_plane(moments, moments + 1, x.data(), 103.0f, n);
      tier.norm->gradient_sums_of_plane(gradient, gradient + 1, dy.data(), x.data(),
                                        103.0f, n, {});
      check_sums({moments[0], moments[1]}, sums_in_double(d, d, {n, 1}), 10 * n);
      check_sums({gradient[0], gradient[1]}, sums_in_double(dy, d, {n, 1}), 10 * n);
    }
  }
}

TEST_CASE("scaling and combining columns and planes", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (const Sizes& s : matrices()) {
      INFO(tier.name << ": " << s.rows << " x " << s.cols);
      const ChannelView columns{s.rows, s.cols, 1, s.cols, 1, 1};
      const std::int64_t n = s.rows * s.cols;
      const std::vector<float> x = numbers(n, 8), dy = numbers(n, 9);
      const std::vector<float> a = numbers(s.cols, 10), b = numbers(s.cols, 11),
                               c = numbers(s.cols, 12);
      Guarded scaled(n, 1), combined(n, 3), plane(n, 2), in_place(x, 5);
      std::vector<float> want_scaled(x.size()), want_combined(x.size());
      tier.norm->scale_columns(scaled.data(), x.data(), a.data(), b.data(), s.rows,
                               s.cols, false);
      tier.norm->scale_columns(in_place.data(), in_place.data(), a.data(), b.data(),
                               s.rows, s.cols, false);
      tier.norm->combine_columns(combined.data(), dy.data(), x.data(), a.data(),
                                 b.data(), c.data(), s.rows, s.cols, {});
      tier.norm->combine_plane(plane.data(), dy.data(), x.data(), a[0], b[0], c[0], n,
                               {});
      REQUIRE((scaled.intact() && combined.intact() && plane.intact()));
      REQUIRE(in_place.intact());
      reference::scale_channels(columns, want_scaled.data(), x.data(), a.data(),
                                b.data());
      reference::combine_channels(columns, want_combined.data(), dy.data(), x.data(),
                                  a.data(), b.data(), c.data());
      for (std::int64_t i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i);
        REQUIRE(std::fabs(scaled[i] - want_scaled[k]) <= 2e-6f);
        REQUIRE(bits_of(scaled[i]) == bits_of(in_place[i]));
        REQUIRE(std::fabs(combined[i] - want_combined[k]) <= 4e-6f);
        REQUIRE(std::fabs(plane[i] - (a[0] * dy[k] + b[0] * x[k] + c[0])) <= 4e-6f);
      }
    }
  }
}

// The gate is asked where scale · x + shift is far from 0 compared with its rounding.
TEST_CASE("a ReLU behind the scaling of columns and planes", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (const Sizes& s : matrices()) {
      INFO(tier.name << ": " << s.rows << " x " << s.cols);
      const std::int64_t n = s.rows * s.cols;
      const std::vector<float> x = numbers(n, 20), dy = numbers(n, 21);
      const std::vector<float> scale = numbers(s.cols, 22), shift = numbers(s.cols, 23),
                               c = numbers(s.cols, 24);
      const cairn::kernels::ReluGate gate{scale.data(), shift.data()};
      Guarded columns(n, 1), plane(n, 2), combined(n, 3), combined_plane(n, 1);
      tier.norm->scale_columns(columns.data(), x.data(), scale.data(), shift.data(),
                               s.rows, s.cols, true);
      tier.norm->scale_plane(plane.data(), x.data(), scale[0], shift[0], n, true);
      tier.norm->combine_columns(combined.data(), dy.data(), x.data(), c.data(),
                                 scale.data(), shift.data(), s.rows, s.cols, gate);
      tier.norm->combine_plane(combined_plane.data(), dy.data(), x.data(), c[0],
                               scale[0], shift[0], n, gate.at(0));
      REQUIRE((columns.intact() && plane.intact() && combined.intact() &&
               combined_plane.intact()));
      std::vector<float> passed(x.size()), passed_plane(x.size());
      for (std::int64_t i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i), j = k % scale.size();
        const float y = std::fma(scale[j], x[k], shift[j]);
        const float of_plane = std::fma(scale[0], x[k], shift[0]);
        passed[k] = y > 0 ? dy[k] : 0;
        passed_plane[k] = of_plane > 0 ? dy[k] : 0;
        REQUIRE(std::fabs(columns[i] - std::fmax(y, 0.0f)) <= 2e-6f);
        REQUIRE(std::fabs(plane[i] - std::fmax(of_plane, 0.0f)) <= 2e-6f);
        if (std::fabs(y) > 1e-5f) {
          REQUIRE(std::fabs(combined[i] - (c[j] * passed[k] + y)) <= 6e-6f);
        }
        if (std::fabs(of_plane) > 1e-5f) {
          REQUIRE(std::fabs(combined_plane[i] - (c[0] * passed_plane[k] + of_plane)) <=
                  6e-6f);
        }
      }
      const std::vector<float> pivot(scale.size(), 0.25f);
      std::vector<double> sums(static_cast<std::size_t>(2 * s.cols), 0.5);
      double sums_of_plane[2] = {0.5, 0.5};
      tier.norm->gradient_sums_of_columns(sums.data(), sums.data() + s.cols, dy.data(),
                                          x.data(), pivot.data(), s.rows, s.cols, gate);
      tier.norm->gradient_sums_of_plane(sums_of_plane, sums_of_plane + 1, dy.data(),
                                        x.data(), 0.25f, n, gate.at(0));
      const std::vector<float> d = less_pivot(x, {0.25f});
      check_sums(sums, sums_in_double(passed, d, s), 10 * s.rows);
      check_sums({sums_of_plane[0], sums_of_plane[1]},
                 sums_in_double(passed_plane, d, {n, 1}), 10 * n);
    }
  }
}

TEST_CASE("layer normalisation of rows", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (const Sizes& s : matrices()) {
      for (float middle : {0.0f, 300.0f}) {
        INFO(tier.name << ": " << s.rows << " x " << s.cols << " about " << middle);
        const std::int64_t n = s.rows * s.cols;
        const std::vector<float> x = numbers(n, 13, middle - 2, middle + 2);
        const std::vector<float> weight = numbers(s.cols, 14),
                                 bias = numbers(s.cols, 15);
        Guarded y(n, 1), in_place(x, 3), mean(s.rows, 2), inverse(s.rows, 1);
        tier.norm->layer_norm_rows(y.data(), mean.data(), inverse.data(), x.data(),
                                   weight.data(), bias.data(), s.rows, s.cols, 1e-3f);
        tier.norm->layer_norm_rows(in_place.data(), mean.data(), inverse.data(),
                                   in_place.data(), weight.data(), bias.data(), s.rows,
                                   s.cols, 1e-3f);
        REQUIRE((y.intact() && mean.intact() && inverse.intact() && in_place.intact()));
        // Without weight and bias; and a row alone is what it is among others.
        Guarded plain(n, 2), alone(s.cols, 1);
        tier.norm->layer_norm_rows(plain.data(), mean.data(), inverse.data(), x.data(),
                                   nullptr, nullptr, s.rows, s.cols, 1e-3f);
        REQUIRE(plain.intact());
        std::vector<float> want(static_cast<std::size_t>(s.cols));
        for (std::int64_t r = 0; r < s.rows; ++r) {
          float m, inv;
          reference::layer_norm_row(want.data(), &m, &inv, x.data() + r * s.cols,
                                    weight.data(), bias.data(), s.cols, 1e-3);
          REQUIRE(std::fabs(mean[r] - m) <= 1.2e-7f * (4 + std::fabs(m)));
          REQUIRE(inverse[r] == Approx(inv).epsilon(1e-5));
          // The rounding of the mean, 2⁻²⁴ of it, is stretched.
          const float slack = 3e-6f + inv * 3 * 0x1p-24f * middle;
          for (std::int64_t i = 0; i < s.cols; ++i) {
            REQUIRE(std::fabs(y[r * s.cols + i] - want[static_cast<std::size_t>(i)]) <=
                    slack);
            REQUIRE(bits_of(y[r * s.cols + i]) == bits_of(in_place[r * s.cols + i]));
            const auto k = static_cast<std::size_t>(i);
            REQUIRE(std::fabs(plain[r * s.cols + i] * weight[k] + bias[k] -
                              y[r * s.cols + i]) <= 1e-6f);
          }
          float own_mean, own_inverse;
          tier.norm->layer_norm_rows(alone.data(), &own_mean, &own_inverse,
                                     x.data() + r * s.cols, weight.data(), bias.data(),
                                     1, s.cols, 1e-3f);
          REQUIRE(bits_of(own_mean) == bits_of(mean[r]));
          REQUIRE(bits_of(own_inverse) == bits_of(inverse[r]));
          for (std::int64_t i = 0; i < s.cols; ++i) {
            REQUIRE(bits_of(alone[i]) == bits_of(y[r * s.cols + i]));
          }
        }
      }
    }
  }
}

TEST_CASE("gradients of layer normalisation of rows", "[kernels]") {
  for (const NormTier& tier : norm_tiers()) {
    for (const Sizes& s : matrices()) {
      INFO(tier.name << ": " << s.rows << " x " << s.cols);
      const std::int64_t n = s.rows * s.cols;
      const std::vector<float> x = numbers(n, 16), dy = numbers(n, 17);
      const std::vector<float> weight = numbers(s.cols, 18), mean = numbers(s.rows, 19);
      const std::vector<float> inverse = numbers(s.rows, 20, 0.5f, 2.0f);
      const auto cols = static_cast<std::size_t>(s.cols);
      std::vector<double> sums(2 * cols, 0.25), without_dx = sums, want_sums = sums;
      Guarded dx(n, 1), partial(2 * s.cols, 3);
      tier.norm->layer_norm_backward_rows(
          dx.data(), sums.data(), sums.data() + cols, partial.data(), dy.data(),
          x.data(), mean.data(), inverse.data(), weight.data(), s.rows, s.cols);
      tier.norm->layer_norm_backward_rows(
          nullptr, without_dx.data(), without_dx.data() + cols, partial.data(),
          dy.data(), x.data(), mean.data(), inverse.data(), weight.data(), s.rows,
          s.cols);
      REQUIRE((dx.intact() && partial.intact()));
      REQUIRE(sums == without_dx);
      std::vector<float> want(cols);
      for (std::int64_t r = 0; r < s.rows; ++r) {
        const std::int64_t at = r * s.cols;
        reference::layer_norm_backward_row(
            want.data(), want_sums.data(), want_sums.data() + cols, dy.data() + at,
            x.data() + at, static_cast<double>(mean[static_cast<std::size_t>(r)]),
            static_cast<double>(inverse[static_cast<std::size_t>(r)]), weight.data(),
            s.cols);
        for (std::size_t i = 0; i < cols; ++i) {
          REQUIRE(std::fabs(dx[at + static_cast<std::int64_t>(i)] - want[i]) <=
                  1e-6f * (100 + std::fabs(want[i])));
        }
      }
      check_sums(sums, want_sums, 30 * s.rows);
    }
  }
}
