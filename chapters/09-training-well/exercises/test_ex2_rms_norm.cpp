#include "ex2_rms_norm.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/check.h"
#include "tests/catch.h"

using namespace ch09;

TEST_CASE("a row of 1 and 7 has the size 5") {
  RmsNorm norm(2);
  Matrix x(1, 2);
  x.values = {1, 7};
  const Matrix y = norm.forward(x);
  REQUIRE(y(0, 0) == Approx(0.2).epsilon(1e-5));
  REQUIRE(y(0, 1) == Approx(1.4).epsilon(1e-5));
}

TEST_CASE("its gradients pass the check") {
  ch01::Random random(3);
  RmsNorm norm(7);
  norm.parameters()[0]->value = ch04::normal(7, 1, 1, random);
  const Matrix x = ch04::normal(7, 5, 2, random);
  REQUIRE(ch06::check_layer(norm, x, random).passed());
}
