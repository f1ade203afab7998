#include <cmath>

#include "ex2_five_points.h"
#include "tests/catch.h"

namespace {

double error_at(double x, double h) {
  const auto f = [](double v) { return std::exp(v); };
  return std::abs(ch03::five_point_difference(f, x, h) - std::exp(x)) / std::exp(x);
}

}  // namespace

TEST_CASE("halving the step divides the error by sixteen") {
  REQUIRE(error_at(1, 0.1) / error_at(1, 0.05) == Approx(16).epsilon(0.02));
}

TEST_CASE("polynomials up to the fourth degree are exact") {
  const auto f = [](double x) { return x * x * x * x - 3 * x * x * x + x; };
  REQUIRE(ch03::five_point_difference(f, 2, 0.5) == Approx(32 - 36 + 1));
}

TEST_CASE("the step of choice gives twelve digits") {
  double total = 0;
  for (int i = 0; i < 100; ++i) {
    total += error_at(1 + i / 100.0, ch03::five_point_step());
  }
  REQUIRE(total / 100 < 2e-12);
}
