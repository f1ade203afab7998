#include "ex5_transposed.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/check.h"
#include "tests/catch.h"

using namespace ch06;

TEST_CASE("one pixel becomes the filter") {
  Matrix filter(1, 4);
  filter.values = {1, 2, 3, 4};
  Transposed layer({1, 4, 4}, {2, 2}, filter);
  Matrix small(1, 4);
  small.values = {0, 10, 0, 0};
  REQUIRE(layer.forward(small).values ==
          std::vector<double>{0, 0, 10, 20, 0, 0, 30, 40, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("its gradients pass the check") {
  ch01::Random random(6);
  const Shape large{2, 7, 6};
  const Window window{3, 2, 1};
  Transposed layer(large, window, ch04::he(18, 3, random));
  const std::size_t inputs = after(large, window, 3).size();
  const Matrix small = ch04::normal(inputs, 2, 1, random);
  const auto result = check_layer(layer, small, random);
  REQUIRE(result.checked == 2 * inputs + 3 * 18);
  REQUIRE(result.passed());
}
