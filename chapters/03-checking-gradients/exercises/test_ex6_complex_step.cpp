#include <cmath>
#include <complex>

#include "ex6_complex_step.h"
#include "tests/catch.h"

TEST_CASE("the complex step is good to the last digits") {
  const auto f = [](auto x) { return std::exp(x) * std::sin(x) / x; };
  for (double x = 0.3; x < 4; x += 0.1) {
    const double slope =
        std::exp(x) * (std::sin(x) + std::cos(x) - std::sin(x) / x) / x;
    REQUIRE(ch03::complex_step(f, x) == Approx(slope).epsilon(1e-14).margin(1e-14));
  }
}
