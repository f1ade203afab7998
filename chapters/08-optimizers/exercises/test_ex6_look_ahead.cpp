#include "08-optimizers/momentum.h"
#include "ex6_look_ahead.h"
#include "tests/catch.h"

using namespace ch08;

TEST_CASE("the first step is a plain one and the second looks ahead") {
  const auto path = look_ahead_walk(valley(1, 9), {9, 1}, 0.1, 0.9, 2);
  REQUIRE(path[1][0] == Approx(8.1));
  REQUIRE(path[1][1] == Approx(0.1));
  // y = (8.1 - 0.81, 0.1 - 0.81), g = (7.29, -6.39), s = (15.39, 1.71)
  REQUIRE(path[2][0] == Approx(8.1 - 1.539));
  REQUIRE(path[2][1] == Approx(0.1 - 0.171));
}

TEST_CASE("PyTorch's form is at the places that this one looks at") {
  const double rate = 0.002, mu = 0.9;
  const Vector start = {-1.2, 1};
  const auto path = look_ahead_walk(rosenbrock, start, rate, mu, 40);
  Matrix w(1, 2), slope(1, 2);
  w.values = start;
  Vector v(2);
  Momentum nesterov({{&w, &slope}}, rate, mu, true);
  for (std::size_t t = 1; t <= 40; ++t) {
    rosenbrock(w.values, &slope.values);
    for (std::size_t i = 0; i < 2; ++i) v[i] = mu * v[i] + slope.values[i];
    nesterov.step();
    const Vector x = place_of(w.values, v, rate, mu);
    REQUIRE(x[0] == Approx(path[t][0]).epsilon(1e-9));
    REQUIRE(x[1] == Approx(path[t][1]).epsilon(1e-9));
  }
}
