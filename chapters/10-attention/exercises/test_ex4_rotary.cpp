#include "10-attention/check.h"
#include "ex4_rotary.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("a rotation keeps lengths and at position 0 does nothing") {
  Random random(7);
  const Matrix x = noise(3, 6, random), y = rotate(x, 0);
  for (std::size_t j = 0; j < 6; ++j) REQUIRE(y(0, j) == x(0, j));
  REQUIRE(y(1, 0) == Approx(x(1, 0) * std::cos(1) - x(1, 1) * std::sin(1)));
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t j = 0; j < 6; j += 2) {
      REQUIRE(std::hypot(y(t, j), y(t, j + 1)) ==
              Approx(std::hypot(x(t, j), x(t, j + 1))));
    }
  }
}

TEST_CASE("a score depends on how far apart they are") {
  Random random(8);
  const Matrix q = noise(1, 8, random), k = noise(1, 8, random);
  const auto score = [&](double at, double other) {
    return ch01::dot(rotate(q, at).values, rotate(k, other).values);
  };
  REQUIRE(score(7, 4) == Approx(score(103, 100)).epsilon(1e-10));
  REQUIRE(std::abs(score(7, 4) - score(7, 5)) > 1e-6);
}

TEST_CASE("its slopes pass the check") {
  Random random(9);
  struct Rotated {
    Parameters parameters() { return {}; }
    Matrix forward(const Matrix& x) { return rotate(x, 3); }
    Matrix backward(const Matrix& dy) { return rotate_backward(dy, 3); }
  } part;
  REQUIRE(check_part(part, noise(4, 6, random), random).passed());
  const Matrix x = noise(4, 6, random);
  REQUIRE(std::abs(rotate_backward(x, 3)(0, 0) - x(0, 0)) > 1e-6);
}
