#include <vector>

#include "11-matrix-multiplication/bound.h"
#include "ex3_vector_times.h"
#include "tests/catch.h"

TEST_CASE("a row times a matrix is within the bound for every depth") {
  for (std::size_t k : {1, 3, 4, 7, 8, 61}) {
    const std::size_t n = 13, row = 17;
    std::vector<double> a(k), b(k * row), c(n + 1, 0.25);
    for (std::size_t p = 0; p < k; ++p) a[p] = 1.0 / static_cast<double>(p + 3);
    for (std::size_t i = 0; i < b.size(); ++i)
      b[i] = 0.1 * static_cast<double>(i % 7) - 0.3;
    const std::vector<double> before = c;
    ch11::row_times(n, k, a.data(), b.data(), row, c.data());
    const ch11::Product x{1, n, k, a.data(), k, b.data(), row, c.data(), n};
    INFO(k);
    CHECK(ch11::share_of_bound(x, before.data()) <= 1);
    CHECK(c[n] == 0.25);
  }
}
