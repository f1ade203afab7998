#include "ex1_cost.h"
#include "tests/catch.h"

TEST_CASE("parameters are counted with their biases") {
  REQUIRE(ch04::parameter_count({784, 128, 10}) == 101770);
  REQUIRE(ch04::parameter_count({2, 2, 1}) == 9);
  REQUIRE(ch04::parameter_count({5}) == 0);
}

TEST_CASE("a step has three products a layer but two in the first") {
  REQUIRE(ch04::step_multiplications({3, 5}, 7) == 2 * 7 * 3 * 5);
  REQUIRE(ch04::step_multiplications({3, 5, 2}, 1) == 2 * 3 * 5 + 3 * 5 * 2);
  REQUIRE(ch04::step_multiplications({784, 128, 10}, 32) == 6545408);
}
