// Chapter 11 against the library: the same products, for every layout of the factors, and
// the plain loops against both.
#include <cairn/kernels/gemm/gemm.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "01-linear-regression/random.h"
#include "11-matrix-multiplication/bound.h"
#include "11-matrix-multiplication/gemm.h"
#include "tests/catch.h"

namespace {

std::vector<double> noise(std::size_t count, std::uint64_t seed) {
  ch01::Random random(seed);
  std::vector<double> x(count);
  for (double& v : x) v = random.normal();
  return x;
}

ch11::View<double> stored(const std::vector<double>& x, bool turned, std::size_t rows,
                          std::size_t cols) {
  return turned ? ch11::by_rows(x.data(), rows).transposed()
                : ch11::by_rows(x.data(), cols);
}

}  // namespace

TEST_CASE("the product is the library's for every layout") {
  const std::size_t sizes[][3] = {{1, 1, 1},     {7, 17, 31},    {31, 63, 17},
                                  {32, 10, 128}, {32, 128, 784}, {128, 97, 33},
                                  {1, 257, 61},  {200, 3, 300}};
  for (const auto& s : sizes) {
    for (int way = 0; way < 4; ++way) {
      const std::size_t m = s[0], n = s[1], k = s[2];
      const bool turn_a = (way & 1) != 0, turn_b = (way & 2) != 0;
      const std::vector<double> a = noise(m * k, 1), b = noise(k * n, 2);
      std::vector<double> c = noise(m * n, 3);
      std::vector<double> ours = c;
      // ANCHOR: same_product
      const auto size = [](std::size_t x) { return static_cast<std::int64_t>(x); };
      const auto trans = [](bool turned) {
        return turned ? cairn::Trans::yes : cairn::Trans::no;
      };
      ch11::multiply_add(m, n, k, stored(a, turn_a, m, k), stored(b, turn_b, k, n),
                         ours.data(), n);
      cairn::gemm(trans(turn_a), trans(turn_b), size(m), size(n), size(k), 1.0,
                  a.data(), size(turn_a ? m : k), b.data(), size(turn_b ? k : n), 1.0,
                  c.data(), size(n));
      // ANCHOR_END: same_product
      const ch11::View<double> left = stored(a, turn_a, m, k);
      const ch11::View<double> right = stored(b, turn_b, k, n);
      const std::vector<double> before = noise(m * n, 3);
      INFO(m << " " << n << " " << k << ", way " << way);
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          double sum = before[i * n + j], length = std::abs(sum);
          for (std::size_t p = 0; p < k; ++p) {
            sum += left(i, p) * right(p, j);
            length += std::abs(left(i, p) * right(p, j));
          }
          // Each is within the bound of the exact product, so two are within twice that.
          const double allowed = 2 * ch11::gamma_of(k + 1) * length;
          REQUIRE(std::abs(ours[i * n + j] - sum) <= allowed);
          REQUIRE(std::abs(c[i * n + j] - ours[i * n + j]) <= allowed);
        }
      }
    }
  }
}
