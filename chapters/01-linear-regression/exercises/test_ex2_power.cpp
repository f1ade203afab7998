#include "01-linear-regression/condition.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/solve.h"
#include "ex2_power.h"
#include "tests/catch.h"

TEST_CASE("the curvature of the worked example") {
  // 17/3 plus the root of (17/3)² - 8/3: see the chapter.
  const ch01::Matrix a = ch01::with_ones(ch01::three_flats().x);
  REQUIRE(ex2::largest_curvature(a) == Approx(11.0926).epsilon(1e-4));
}

TEST_CASE("power iteration agrees with the singular values") {
  ch01::Random random(2);
  for (const std::size_t cols : {1, 3, 6}) {
    ch01::Matrix a(13, cols);
    for (double& value : a.values) value = random.normal() + 1;
    REQUIRE(ex2::largest_curvature(a, 500) ==
            Approx(ch01::largest_curvature(a)).epsilon(1e-8));
  }
}

TEST_CASE("a matrix of zeros has no curvature") {
  REQUIRE(ex2::largest_curvature(ch01::Matrix(4, 2)) == 0);
}
