#include "08-optimizers/momentum.h"
#include "08-optimizers/recipes.h"
#include "ex4_restart.h"
#include "tests/catch.h"

using namespace ch08;

TEST_CASE("the first steps are those of Nesterov with a growing mu") {
  const auto path = walk(valley(1, 9), {9, 1}, recipe<Restarted>(), 0.01, 2);
  // g = (9, 9), mu 0; then g = (8.91, 8.19), mu 1/4.
  REQUIRE(path[1][0] == Approx(8.91));
  REQUIRE(path[2][0] == Approx(8.91 - 0.01 * (8.91 + 0.25 * (0.25 * 9 + 8.91))));
}

TEST_CASE("a valley of any length is left quickly with one and the same setting") {
  for (double kappa : {10.0, 1000.0, 100000.0}) {
    const auto arrived = [](const Vector& w) { return length(w) < 1e-6; };
    const auto path =
        walk(valley(1, kappa), {1, 1}, recipe<Restarted>(), 1 / kappa, 30000, arrived);
    INFO(kappa);
    REQUIRE(arrived(path.back()));
    REQUIRE(static_cast<double>(path.size()) < 30 * std::sqrt(kappa));
  }
}

TEST_CASE("it lets go of a velocity that points uphill") {
  Matrix w(1, 1), slope(1, 1, 1.0);
  Restarted optimizer({{&w, &slope}}, 1);
  for (int t = 0; t < 10; ++t) optimizer.step();
  const double before = w(0, 0);
  slope(0, 0) = -1;
  optimizer.step();
  REQUIRE(w(0, 0) == before + 1);  // a plain step
}
