#include "ex3_stop.h"

#include "tests/catch.h"

using namespace ch05;

TEST_CASE("what is stopped counts as a constant") {
  const Variable x = parameter(3);
  const Variable y = x * stop(x);
  REQUIRE(number(y) == 9);
  backward(y);
  REQUIRE(slope(x) == 3);  // not 6
  REQUIRE_FALSE(stop(x * x)->wanted);
}

TEST_CASE("a rounded value is learned through") {
  Matrix values(1, 3);
  values.values = {0.4, 1.7, -2.2};
  const Variable x = parameter(values);
  const Variable y = straight_through_round(x);
  REQUIRE(y->value.values[0] == Approx(0).margin(1e-12));
  REQUIRE(y->value.values[1] == Approx(2));
  REQUIRE(y->value.values[2] == Approx(-2));
  backward(sum(y * y));
  REQUIRE(x->gradient.values[1] == Approx(4));
  REQUIRE(x->gradient.values[2] == Approx(-4));
}
