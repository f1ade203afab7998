#include <cmath>

#include "ex1_second_derivative.h"
#include "tests/catch.h"

TEST_CASE("the second derivative is good to seven digits") {
  const auto exponential = [](double x) { return std::exp(x); };
  const auto sine = [](double x) { return std::sin(x); };
  for (double x = 0.5; x < 3; x += 0.1) {
    REQUIRE(ch03::second_derivative(exponential, x) ==
            Approx(std::exp(x)).epsilon(3e-7));
    REQUIRE(ch03::second_derivative(sine, x) == Approx(-std::sin(x)).margin(3e-7));
  }
}

TEST_CASE("far from zero the step grows with the point") {
  const auto cube = [](double x) { return x * x * x; };
  REQUIRE(ch03::second_derivative(cube, 1e6) == Approx(6e6).epsilon(1e-6));
}
