#include "08-optimizers/momentum.h"
#include "08-optimizers/recipes.h"
#include "ex1_best_rates.h"
#include "tests/catch.h"

using namespace ch08;

TEST_CASE(
    "the slower direction is the flat one at small rates and the steep one above") {
  REQUIRE(slowest_factor(1, 9, 0.1) == Approx(0.9));
  REQUIRE(slowest_factor(1, 9, 0.2) == Approx(0.8));
  REQUIRE(slowest_factor(1, 9, 0.21) == Approx(0.89));
  REQUIRE(slowest_factor(1, 9, 2.0 / 9) == Approx(1));
}

TEST_CASE("the count is right to the step") {
  for (double kappa : {5.0, 30.0, 400.0}) {
    const int n = steps_of_descent(2, 2 * kappa, 1e-4);
    const double rate = best_descent(2, 2 * kappa).rate;
    const auto path = walk(valley(2, 2 * kappa), {1, 1}, recipe<Descent>(), rate, n);
    const auto at = [&](int t) { return length(path[static_cast<std::size_t>(t)]); };
    REQUIRE(at(n) <= 1e-4 * at(0) * (1 + 1e-9));
    REQUIRE(at(n - 1) > 1e-4 * at(0) * (1 + 1e-9));
  }
}

TEST_CASE("momentum takes about the root") {
  REQUIRE(steps_of_momentum(1, 10000, 1e-3) == 346);
  REQUIRE(steps_of_descent(1, 10000, 1e-3) == 34539);
}
