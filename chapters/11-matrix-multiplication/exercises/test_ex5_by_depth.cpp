#include <vector>

#include "11-matrix-multiplication/bound.h"
#include "ex5_by_depth.h"
#include "tests/catch.h"

TEST_CASE("a depth that is shared has the right sums and the same bits") {
  const std::size_t m = 4, n = 6, k = 1001;
  std::vector<double> a(m * k), b(k * n), before(m * n, 0.5);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = 1.0 / static_cast<double>(i % 97 + 1);
  for (std::size_t i = 0; i < b.size(); ++i)
    b[i] = 0.3 - 1.0 / static_cast<double>(i % 53 + 2);
  std::vector<double> one = before;
  const auto run = [&](std::size_t threads, std::vector<double>& c) {
    ch11::multiply_by_depth(threads, 8, m, n, k, ch11::by_rows(a.data(), k),
                            ch11::by_rows(b.data(), n), c.data());
  };
  run(1, one);
  const ch11::Product x{m, n, k, a.data(), k, b.data(), n, one.data(), n};
  REQUIRE(ch11::share_of_bound(x, before.data()) <= 1);
  for (std::size_t threads : {2, 3, 5, 8}) {
    std::vector<double> c = before;
    run(threads, c);
    CHECK(c == one);
  }
}
