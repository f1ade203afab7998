#include "ex4_depthwise.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/check.h"
#include "tests/catch.h"

using namespace ch06;

TEST_CASE("a depthwise layer is a convolution whose other channels weigh nothing") {
  ch01::Random random(4);
  const Shape in{3, 6, 5};
  const Window window{3, 2, 1};
  const Matrix filters = ch04::he(9, 3, random);
  Matrix wide(3, 27);
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t t = 0; t < 9; ++t) wide(c, 9 * c + t) = filters(c, t);
  Depthwise depthwise(in, window, filters);
  Conv2d conv(in, window, wide);
  const Matrix x = ch04::normal(in.size(), 2, 1, random);
  const Matrix y = depthwise.forward(x), expected = conv.forward(x);
  REQUIRE(y.cols == expected.cols);
  for (std::size_t k = 0; k < y.values.size(); ++k)
    REQUIRE(y.values[k] == Approx(expected.values[k]).margin(1e-12));
}

TEST_CASE("its gradients pass the check") {
  ch01::Random random(5);
  const Shape in{3, 6, 5};
  Depthwise layer(in, {3, 2, 1}, ch04::he(9, 3, random));
  REQUIRE(check_layer(layer, ch04::normal(in.size(), 2, 1, random), random).passed());
}
