#include "ex6_root.h"

#include "tests/catch.h"

using namespace ch05;

TEST_CASE("the loop finds the root and its slope") {
  for (double v : {0.01, 0.5, 2.0, 81.0, 1e6}) {
    const Variable x = parameter(v);
    int rounds = 0;
    const Variable y = newton_root(x, &rounds);
    REQUIRE(number(y) == Approx(std::sqrt(v)).epsilon(1e-12));
    backward(y);
    REQUIRE(slope(x) == Approx(1 / (2 * std::sqrt(v))).epsilon(1e-9));
  }
}

TEST_CASE("a number far from 1 takes more rounds") {
  int near = 0, far = 0;
  newton_root(parameter(2), &near);
  newton_root(parameter(1e6), &far);
  REQUIRE(near < far);
  REQUIRE(far < 30);
}
