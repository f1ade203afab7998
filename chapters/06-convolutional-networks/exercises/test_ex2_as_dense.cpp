#include "ex2_as_dense.h"

#include <algorithm>

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "tests/catch.h"

using namespace ch06;

TEST_CASE("the dense layer computes what the convolution computes") {
  ch01::Random random(2);
  const Shape in{2, 5, 6};
  for (const Window& window :
       {Window{3}, Window{3, 1, 1}, Window{3, 2, 1}, Window{2, 3}}) {
    const Matrix filters = ch04::he(2 * window.size * window.size, 3, random);
    Conv2d conv(in, window, filters);
    ch04::Dense dense(as_dense(in, window, filters));
    const Matrix x = ch04::normal(in.size(), 2, 1, random);
    const Matrix y = conv.forward(x), other = dense.forward(x);
    REQUIRE(y.cols == other.cols);
    for (std::size_t k = 0; k < y.values.size(); ++k)
      REQUIRE(other.values[k] == Approx(y.values[k]).margin(1e-12));
  }
}

TEST_CASE("most of its weights are zero") {
  const Matrix dense = as_dense({1, 8, 8}, {3}, Matrix(1, 9, 1.0));
  REQUIRE(dense.rows == 36);
  REQUIRE(dense.cols == 64);
  const auto zeros = std::count(dense.values.begin(), dense.values.end(), 0.0);
  REQUIRE(zeros == 36 * (64 - 9));
}
