#include "01-linear-regression/random.h"
#include "08-optimizers/momentum.h"
#include "ex2_average.h"
#include "tests/catch.h"

using namespace ch08;

TEST_CASE("the mean of what never changes is that from the first step on") {
  Average average(0.99);
  for (int t = 0; t < 5; ++t) {
    average.add({3, -7});
    REQUIRE(average.value()[0] == Approx(3).epsilon(1e-12));
    REQUIRE(average.value()[1] == Approx(-7).epsilon(1e-12));
  }
}

TEST_CASE("two places count by their age") {
  Average average(0.5);
  average.add({0});
  average.add({3});
  REQUIRE(average.value()[0] == Approx(2).epsilon(1e-12));  // (0 + 2 · 3)/3
}

TEST_CASE("the mean is nearer to the lowest point than the last place") {
  ch01::Random random(1);
  Matrix u(1, 400, 1.0), slope(1, 400);
  Descent descent({{&u, &slope}}, 0.2);
  Average average(0.98);
  for (int t = 0; t < 500; ++t) {
    for (std::size_t i = 0; i < 400; ++i) {
      slope.values[i] = u.values[i] + random.normal();
    }
    descent.step();
    average.add(u.values);
  }
  const auto square = [](const Vector& v) { return ch01::dot(v, v) / 400; };
  REQUIRE(square(u.values) > 0.08);
  REQUIRE(square(average.value()) < 0.025);
}
