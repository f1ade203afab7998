#include <stdexcept>

#include "ex1_r_squared.h"
#include "tests/catch.h"

TEST_CASE("R squared is 1 for perfect predictions and 0 for the mean") {
  REQUIRE(ex1::r_squared({2, 2, 5}, {2, 2, 5}) == Approx(1));
  REQUIRE(ex1::r_squared({2, 2, 5}, {3, 3, 3}) == Approx(0).margin(1e-12));
}

TEST_CASE("R squared of the worked example is three quarters") {
  // Spread 1 + 1 + 4 = 6; left over 0.25 + 1 + 0.25 = 1.5.
  REQUIRE(ex1::r_squared({2, 2, 5}, {1.5, 3, 4.5}) == Approx(0.75));
}

TEST_CASE("R squared is negative for predictions worse than the mean") {
  REQUIRE(ex1::r_squared({1, 2, 3}, {3, 2, 1}) == Approx(-3));
}

TEST_CASE("R squared refuses what it cannot answer") {
  REQUIRE_THROWS_AS(ex1::r_squared({1, 2}, {1}), std::invalid_argument);
  REQUIRE_THROWS_AS(ex1::r_squared({4, 4}, {1, 2}), std::invalid_argument);
}
