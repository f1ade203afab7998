// Chapter 11: the worked example, every step against the plain loops within the bound on
// rounding, packing, blocks, edges, what caches do, the layer, and the planted faults.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "11-matrix-multiplication/bound.h"
#include "11-matrix-multiplication/broken.h"
#include "11-matrix-multiplication/cache.h"
#include "11-matrix-multiplication/hand.h"
#include "11-matrix-multiplication/layers.h"
#include "11-matrix-multiplication/steps.h"
#include "tests/catch.h"

using namespace ch11;
using Flat = std::vector<double>;

namespace {

Flat noise(std::size_t count, std::uint64_t seed) {
  ch01::Random random(seed);
  Flat all(count);
  for (double& x : all) x = random.normal();
  return all;
}

// Three matrices whose rows are longer than what is used of them.
struct Case {
  std::size_t m, n, k;
  Flat a, b, c, before;

  Case(std::size_t m, std::size_t n, std::size_t k)
      : m(m),
        n(n),
        k(k),
        a(noise(m * (k + 3), 1)),
        b(noise(k * (n + 5), 2)),
        c(noise(m * (n + 7), 3)),
        before(c) {}

  Product product() {
    return {m, n, k, a.data(), k + 3, b.data(), n + 5, c.data(), n + 7};
  }
  // Of the bound on rounding; infinite if anything beside C was written.
  double share() {
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = n; j < n + 7; ++j) {
        if (c[i * (n + 7) + j] != before[i * (n + 7) + j]) return HUGE_VAL;
      }
    }
    return share_of_bound(product(), before.data());
  }
};

const std::size_t kSizes[][3] = {
    {1, 1, 1},   {7, 7, 7}, {17, 31, 63}, {63, 17, 31},  {31, 63, 17}, {1, 97, 300},
    {97, 1, 41}, {6, 8, 1}, {48, 48, 48}, {53, 101, 29}, {12, 24, 515}};

std::vector<Isa> here() {
  std::vector<Isa> all = {Isa::kPortable};
  if (has(Isa::kAvx2)) all.push_back(Isa::kAvx2);
  if (has(Isa::kAvx512)) all.push_back(Isa::kAvx512);
  return all;
}

Flat product_of(MultiplyAdd multiply, std::size_t m, std::size_t n, std::size_t k) {
  Case x(m, n, k);
  multiply(m, n, k, by_rows(x.a.data(), k + 3), by_rows(x.b.data(), n + 5), x.c.data(),
           n + 7);
  return {x.share()};
}

}  // namespace

TEST_CASE("the worked example has the numbers of the page") {
  const Hand hand;
  const auto steps = by_steps(hand.a, hand.b);
  CHECK(steps[0].values == Flat{7, 8, 28, 32});
  CHECK(steps[1].values == Flat{25, 28, 73, 82});
  CHECK(steps[2].values == Flat{58, 64, 139, 154});
  Matrix c(2, 2);
  gemm(2, 2, 3, hand.a.values.data(), 3, hand.b.values.data(), 2, c.values.data(), 2);
  CHECK(c.values == Flat{58, 64, 139, 154});
}

TEST_CASE("every step is the plain product within the bound on rounding") {
  for (const Step& step : steps()) {
    for (const auto& s : kSizes) {
      INFO(step.name << " " << s[0] << " " << s[1] << " " << s[2]);
      Case x(s[0], s[1], s[2]);
      step.multiply(x.product());
      CHECK(x.share() <= 1);
    }
  }
}

TEST_CASE("every kind of processor here has the same product") {
  for (Isa isa : here()) {
    const Kernels<double> kernel = kernels<double>(isa);
    for (const auto& s : kSizes) {
      INFO(static_cast<int>(isa) << ": " << s[0] << " " << s[1] << " " << s[2]);
      Case x(s[0], s[1], s[2]);
      const Product p = x.product();
      multiply_add(p.m, p.n, p.k, by_rows(p.a, p.a_row), by_rows(p.b, p.b_row), p.c,
                   p.c_row, kernel, Blocks{2 * kernel.rows, 16, 2 * kernel.columns});
      CHECK(x.share() <= 1);
    }
  }
}

TEST_CASE("blocks of every size give the same product") {
  const Kernels<double> kernel = kernels<double>();
  const std::size_t r = kernel.rows, w = kernel.columns;
  for (const Blocks& block : {Blocks{r, 1, w}, Blocks{3 * r, 16, 2 * w},
                              Blocks{r, 100, w}, Blocks{100 * r, 7, 100 * w}}) {
    INFO(block.mc << " " << block.kc << " " << block.nc);
    Case x(67, 59, 83);
    const Product p = x.product();
    multiply_add(p.m, p.n, p.k, by_rows(p.a, p.a_row), by_rows(p.b, p.b_row), p.c,
                 p.c_row, kernel, block);
    CHECK(x.share() <= 1);
  }
}

TEST_CASE("transposed factors need no other code") {
  for (std::size_t m : {5, 33, 70}) {
    const std::size_t n = 41, k = 37;
    const Flat a = noise(m * k, 4), b = noise(k * n, 5);
    Flat at(k * m), bt(n * k);
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t i = 0; i < m; ++i) at[p * m + i] = a[i * k + p];
      for (std::size_t j = 0; j < n; ++j) bt[j * k + p] = b[p * n + j];
    }
    Flat expected(m * n);
    multiply_add(m, n, k, by_rows(a.data(), k), by_rows(b.data(), n), expected.data(),
                 n);
    for (int way = 1; way < 4; ++way) {
      const View<double> left =
          way & 1 ? by_rows(at.data(), m).transposed() : by_rows(a.data(), k);
      const View<double> right =
          way & 2 ? by_rows(bt.data(), k).transposed() : by_rows(b.data(), n);
      Flat c(m * n);
      multiply_add(m, n, k, left, right, c.data(), n);
      CHECK(c == expected);  // the same sums in the same order
    }
  }
}

TEST_CASE("packing puts panels side by side and fills the last one with zeros") {
  const Flat x = {1, 2, 3, 4, 5, 6};  // two rows of three
  Flat to(8, -1);
  pack(by_rows(x.data(), 3), 2, 3, 2, to.data());
  CHECK(to == Flat{1, 2, 4, 5, 3, 0, 6, 0});
  to.assign(8, -1);
  pack(by_rows(x.data(), 3).transposed(), 3, 2, 2, to.data());
  CHECK(Flat(to.begin(), to.begin() + 6) == Flat{1, 4, 2, 5, 3, 6});
  const Room<double> room(5);
  CHECK(reinterpret_cast<std::uintptr_t>(room.begin()) % 64 == 0);
}

TEST_CASE("an empty product changes nothing") {
  Flat c = {1, 2};
  gemm(1, 2, 0, c.data(), 0, c.data(), 2, c.data(), 2);
  gemm(0, 2, 3, nullptr, 3, c.data(), 2, nullptr, 2);
  CHECK(c == Flat{1, 2});
}

TEST_CASE("blocks fit the caches they are made for") {
  for (Isa isa : here()) {
    const Kernels<double> kernel = kernels<double>(isa);
    const CacheSizes sizes{32u << 10, 512u << 10, 32u << 20};
    const Blocks block = choose_blocks(kernel, sizes);
    CHECK(block.mc % kernel.rows == 0);
    CHECK(block.nc % kernel.columns == 0);
    CHECK(block.kc >= 128);
    CHECK(block.mc * block.kc * 8 <= sizes.l2 / 2);
    CHECK(block.mc * block.kc * 8 > sizes.l2 / 4);
    CHECK(block.kc * block.nc * 8 <= sizes.l3 / 4);
  }
}

TEST_CASE("floats have twice the lanes and their own bound") {
  ch01::Random random(6);
  const std::size_t m = 29, n = 45, k = 300;
  std::vector<float> a(m * k), b(k * n), c(m * n);
  for (float& x : a) x = static_cast<float>(random.normal());
  for (float& x : b) x = static_cast<float>(random.normal());
  CHECK(kernels<float>().columns == 2 * kernels<double>().columns);
  gemm(m, n, k, a.data(), k, b.data(), n, c.data(), n);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (std::size_t p = 0; p < k; ++p) {
        const double term = double(a[i * k + p]) * double(b[p * n + j]);
        sum += term, size += std::abs(term);
      }
      CHECK(std::abs(c[i * n + j] - sum) <= k * 0x1.0p-24 * size);
    }
  }
}

TEST_CASE("the bound is the sum of the roundings and a wrong product breaks it") {
  CHECK(gamma_of(1) == Approx(kUnit).epsilon(1e-12));
  CHECK(gamma_of(1000) == Approx(1000 * kUnit).epsilon(1e-9));
  Case x(5, 6, 200);
  multiply_plain(x.product());
  CHECK(x.share() <= 1);
  CHECK(x.share() > 0);
  x.c[8] += 1e-9;
  CHECK(x.share() > 1000);
  x.c[8] = NAN;
  CHECK(x.share() == HUGE_VAL);
}

TEST_CASE("a careful sum keeps what a plain one loses") {
  CarefulSum sum;
  for (double x : {1e16, 1.0, -1e16}) sum.add_product(x, 1);
  CHECK(sum.value() == 1);
  CarefulSum tiny;
  tiny.add_product(1 + 0x1p-30, 1 - 0x1p-30);
  tiny.add(-1, 0);
  CHECK(tiny.value() == -0x1p-60);
}

TEST_CASE("the cache forgets what was longest unused in a set") {
  Cache cache(4 * 64, 2, 64);  // two sets of two lines
  const auto misses = [&](std::size_t line) {
    const std::size_t before = cache.misses();
    cache.touch(64 * line + 8);
    return cache.misses() - before;
  };
  CHECK(misses(0) == 1);
  CHECK(misses(2) == 1);
  CHECK(misses(0) == 0);
  CHECK(misses(4) == 1);  // takes the place of 2
  CHECK(misses(0) == 0);
  CHECK(misses(2) == 1);
  CHECK(misses(1) == 1);  // another set
  CHECK(misses(2) == 0);
}

TEST_CASE("rows a power of two apart miss the cache and others do not") {
  const auto misses = [](std::size_t n) {
    Cache cache(32 << 10, 8, 64);
    trace_plain({n}, 4, cache);
    return static_cast<double>(cache.misses()) / static_cast<double>(4 * n * n);
  };
  CHECK(misses(256) > 0.99);
  CHECK(misses(250) < 0.2);
}

TEST_CASE("the layer is chapter 4's") {
  ch01::Random random(7);
  const auto draw = [&](std::size_t rows, std::size_t cols) {
    Matrix x(rows, cols);
    for (double& v : x.values) v = random.normal();
    return x;
  };
  const Matrix w = draw(11, 19), x = draw(13, 19), dy = draw(13, 11);
  ch04::Dense plain(w);
  FastDense fast(w);
  plain.parameters()[1]->value = fast.parameters()[1]->value = draw(1, 11);
  const auto same = [](const Matrix& a, const Matrix& b) {
    REQUIRE(a.values.size() == b.values.size());
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      CHECK(a.values[i] == Approx(b.values[i]).margin(1e-12));
    }
  };
  same(fast.forward(x), plain.forward(x));
  same(fast.backward(dy), plain.backward(dy));
  for (int half = 0; half < 2; ++half) plain.accumulate(dy), fast.accumulate(dy);
  for (std::size_t p = 0; p < 2; ++p) {
    same(fast.parameters()[p]->gradient, plain.parameters()[p]->gradient);
  }
}

TEST_CASE("planted faults pass easy sizes and fail the awkward ones") {
  CHECK(product_of(multiply_overwritten, 24, 24, 512)[0] <= 1);
  CHECK(product_of(multiply_overwritten, 24, 24, 600)[0] > 1000);
  CHECK(product_of(multiply_stale, 24, 24, 64)[0] <= 1);
  CHECK(product_of(multiply_stale, 24, 24, 62)[0] > 1000);
  CHECK(product_of(multiply_over_edge, 24, 24, 64)[0] <= 1);
  CHECK(product_of(multiply_over_edge, 24, 23, 64)[0] > 1000);
}
