#include "08-optimizers/valleys.h"
#include "ex3_lion.h"
#include "tests/catch.h"

using namespace ch08;

TEST_CASE("every number moves by the rate whatever its slope") {
  Matrix w(1, 3), slope(1, 3);
  slope.values = {5, -1e-6, 0};
  Lion lion({{&w, &slope}}, 0.25);
  lion.step();
  REQUIRE(w.values == Vector{-0.25, 0.25, 0});
}

TEST_CASE("the mean is used before it is changed") {
  Matrix w(1, 1), slope(1, 1, 1.0);
  Lion lion({{&w, &slope}}, 1);
  lion.step();          // m = 0.01
  slope(0, 0) = -0.08;  // 0.9 · 0.01 - 0.1 · 0.08 > 0
  lion.step();
  REQUIRE(w(0, 0) == -2);
  slope(0, 0) = -0.1;  // m = 0.0091, and 0.9 m - 0.01 < 0
  lion.step();
  REQUIRE(w(0, 0) == -1);
}

TEST_CASE("decay is apart from the sign") {
  Matrix w(1, 1, 2.0), none(1, 1);
  Lion lion({{&w, &none}}, 0.1, 0.5);
  lion.step();
  REQUIRE(w(0, 0) == Approx(2 * 0.95).epsilon(1e-14));
}

TEST_CASE("it comes as near to the lowest point as its steps are long") {
  const Make make = [](Slots slots, double rate) {
    return std::make_unique<Lion>(std::move(slots), rate);
  };
  const auto path = walk(valley(1, 100), {1, 1}, make, 0.01, 2000);
  REQUIRE(length(path.back()) < 0.2);
  REQUIRE(length(path.back()) > 0);
}
