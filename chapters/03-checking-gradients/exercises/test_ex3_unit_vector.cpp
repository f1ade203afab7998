#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "ex3_unit_vector.h"
#include "tests/catch.h"

TEST_CASE("the gradient of a unit vector agrees with its differences") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ch01::Random random(seed);
    const std::vector<double> x = ch03::random_projection(2 + seed, random);
    const std::vector<double> dy = ch03::random_projection(2 + seed, random);
    const auto loss = [&](const std::vector<double>& at) {
      return ch03::project(dy, ch03::unit_vector(at));
    };
    const auto result =
        ch03::check_gradient(loss, x, ch03::unit_vector_backward(x, dy));
    INFO("worst relative error " << result.worst_relative_error);
    REQUIRE(result.passed());
  }
}
