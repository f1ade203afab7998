#include "13-library/check.h"
#include "ex3_as_view.h"
#include "tests/catch.h"

using namespace ch13;

TEST_CASE("what lies evenly is flattened without a copy") {
  Random random(2);
  const Tensor x = some({4, 3, 5}, random).value;
  const Tensor every_third = slice(reshape(x, {20, 3}), 1, 1, 2);  // [20, 1], stride 3
  const Tensor rows = slice(x, 0, 1, 3);
  for (const Tensor& view : {x, every_third, rows}) {
    const Tensor y = flatten(view);
    CHECK(y.storage == x.storage);
    CHECK(numbers(y) == numbers(view));
  }
  CHECK(is_one_axis({4, 1, 3}, {3, 77, 1}));
}

TEST_CASE("what does not is copied") {
  Random random(2);
  const Tensor x = some({4, 5}, random).value;
  for (const Tensor& view : {transpose(x), slice(x, 1, 0, 4)}) {
    CHECK_FALSE(is_one_axis(view.shape, view.strides));
    const Tensor y = flatten(view);
    CHECK(y.storage != x.storage);
    CHECK(numbers(y) == numbers(view));
  }
}
