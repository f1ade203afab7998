#include "ex4_softmax_layer.h"

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "tests/catch.h"

namespace {

ch01::Matrix noise(std::size_t rows, std::size_t cols, ch01::Random& random) {
  ch01::Matrix m(rows, cols);
  for (double& v : m.values) v = random.normal();
  return m;
}

}  // namespace

TEST_CASE("rows of softmax sum to one") {
  ch01::Random random(1);
  ch04::Softmax softmax;
  const ch01::Matrix y = softmax.forward(noise(3, 5, random));
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 5; ++j) sum += y(i, j);
    REQUIRE(sum == Approx(1));
  }
}

TEST_CASE("the softmax layer passes the check under a random projection") {
  ch01::Random random(2);
  ch04::Softmax softmax;
  const ch01::Matrix x = noise(3, 5, random);
  ch01::Matrix dy = softmax.forward(x);
  dy.values = ch03::random_projection(15, random);
  const auto dx = softmax.backward(dy).values;
  const auto loss = [&](const std::vector<double>& at) {
    ch01::Matrix moved = x;
    moved.values = at;
    return ch03::project(dy.values, softmax.forward(moved).values);
  };
  REQUIRE(ch03::check_gradient(loss, x.values, dx).passed());
}
