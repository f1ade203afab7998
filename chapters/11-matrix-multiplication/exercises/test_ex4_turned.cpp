#include <vector>

#include "ex4_turned.h"
#include "tests/catch.h"

TEST_CASE("turned or not the sums are the same") {
  const std::size_t m = 5, n = 37, k = 300;
  std::vector<double> x(m * k), w(n * k), y(m * n, 0.0), expected(m * n, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 0.01 * static_cast<double>(i % 31) - 0.1;
  for (std::size_t i = 0; i < w.size(); ++i)
    w[i] = 0.02 * static_cast<double>(i % 17) - 0.2;
  ch11::multiply_add(m, n, k, ch11::by_rows(x.data(), k),
                     ch11::by_rows(w.data(), k).transposed(), expected.data(), n);
  ch11::forward_turned(m, n, k, x.data(), w.data(), y.data());
  for (std::size_t i = 0; i < y.size(); ++i) {
    CHECK(y[i] == Approx(expected[i]).epsilon(1e-12));
  }
  ch11::forward_turned(m, n, k, x.data(), w.data(), y.data());
  CHECK(y[7] == Approx(2 * expected[7]).epsilon(1e-12));
}
