// Chapter 11 on several threads.
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "11-matrix-multiplication/threads.h"
#include "tests/catch.h"

TEST_CASE("no number of threads changes a bit") {
  ch01::Random random(8);
  const std::size_t sizes[][3] = {{70, 45, 300}, {45, 90, 33}, {1, 1, 5}, {3, 200, 20}};
  for (const auto& s : sizes) {
    const std::size_t m = s[0], n = s[1], k = s[2];
    std::vector<double> a(m * k), b(k * n), one(m * n, 0.5);
    for (double& x : a) x = random.normal();
    for (double& x : b) x = random.normal();
    std::vector<double> before = one;
    const auto left = ch11::by_rows(a.data(), k), right = ch11::by_rows(b.data(), n);
    ch11::multiply_add(m, n, k, left, right, one.data(), n);
    for (std::size_t threads : {1, 2, 3, 7}) {
      std::vector<double> c = before;
      ch11::multiply_add_on(threads, m, n, k, left, right, c.data(), n);
      INFO(threads << " threads, " << m << " " << n << " " << k);
      CHECK(c == one);
    }
  }
}
