#include <stdexcept>

#include "ex1_squeeze.h"
#include "tests/catch.h"

using namespace ch13;

TEST_CASE("an axis goes and comes without a number being moved") {
  const Tensor x({3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const Tensor column = slice(x, 1, 2, 3);
  const Tensor y = squeeze(column, 1);
  REQUIRE(y.shape == Shape{3});
  CHECK(y.storage == x.storage);
  CHECK(y.data()[2 * y.strides[0]] == 10);
  REQUIRE_THROWS_AS(squeeze(x, 0), std::invalid_argument);
  const Tensor z = unsqueeze(transpose(x), 1);
  REQUIRE(z.shape == Shape{4, 1, 3});
  CHECK(z.storage == x.storage);
  const Tensor in_order = copy(z);
  CHECK(in_order.data()[1] == 4);
  CHECK(unsqueeze(x, 2).shape == Shape{3, 4, 1});
}
