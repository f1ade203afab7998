#include "ex1_temperature.h"

#include <cmath>

#include "tests/catch.h"

using namespace ch07;

TEST_CASE("at temperature 1 it is softmax") {
  const std::vector<double> p = at_temperature({0, std::log(3.0)}, 1);
  REQUIRE(p[0] == Approx(0.25));
  REQUIRE(p[1] == Approx(0.75));
}

TEST_CASE("half the temperature squares the odds") {
  const std::vector<double> p = at_temperature({0, std::log(3.0)}, 0.5);
  REQUIRE(p[1] / p[0] == Approx(9));
  REQUIRE(at_temperature({1, 2, 3}, 1000)[0] == Approx(1.0 / 3).epsilon(0.01));
  REQUIRE(at_temperature({1, 2, 3}, 0.01)[2] == Approx(1));
}

TEST_CASE("letters are picked by their width") {
  const std::vector<double> p = {0.25, 0, 0.5, 0.25};
  REQUIRE(pick(p, 0) == 0);
  REQUIRE(pick(p, 0.24) == 0);
  REQUIRE(pick(p, 0.25) == 2);
  REQUIRE(pick(p, 0.74) == 2);
  REQUIRE(pick(p, 0.76) == 3);
  REQUIRE(pick({0.1, 0.2}, 0.999) == 1);
}
