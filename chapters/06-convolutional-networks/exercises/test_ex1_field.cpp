#include "ex1_field.h"
#include "tests/catch.h"

using namespace ch06;

TEST_CASE("two layers of three see what one of five sees") {
  REQUIRE(layers_to_see(5, {5}) == 1);
  REQUIRE(layers_to_see(5, {3}) == 2);
  REQUIRE(layers_to_see(28, {3}) == 14);
  REQUIRE(layers_to_see(1, {3}) == 0);
}

TEST_CASE("a stack of small filters has fewer weights than one large filter") {
  REQUIRE(stack_parameters({1, 6}, {5}) == 156);
  REQUIRE(stack_parameters({6, 12}, {3}) == 660);
  REQUIRE(stack_parameters({8, 8, 8}, {3}) < stack_parameters({8, 8}, {5}));
  REQUIRE(stack_parameters({3}, {3}) == 0);
}
