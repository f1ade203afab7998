#include "ex2_swish.h"

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "tests/catch.h"

TEST_CASE("swish is zero at zero and the input itself far to the right") {
  REQUIRE(ch04::SwishFunction::value(0) == 0);
  REQUIRE(ch04::SwishFunction::value(1) == Approx(0.7310585786));
  REQUIRE(ch04::SwishFunction::value(800) == 800);
  REQUIRE(std::abs(ch04::SwishFunction::value(-800)) < 1e-300);
}

TEST_CASE("the slope of swish passes the check") {
  ch01::Random random(1);
  ch04::Swish swish;
  ch01::Matrix x(3, 5);
  for (double& v : x.values) v = 2 * random.normal();
  const auto weights = ch03::random_projection(15, random);
  ch01::Matrix dy = swish.forward(x);
  dy.values = weights;
  const auto dx = swish.backward(dy).values;
  const auto loss = [&](const std::vector<double>& at) {
    ch01::Matrix moved = x;
    moved.values = at;
    return ch03::project(weights, swish.forward(moved).values);
  };
  REQUIRE(ch03::check_gradient(loss, x.values, dx).passed());
}
