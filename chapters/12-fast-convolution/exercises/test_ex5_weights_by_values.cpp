#include "ex5_weights_by_values.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "tests/catch.h"

using namespace ch12;

TEST_CASE("the weight gradient by values is chapter 6's") {
  ch01::Random random(5);
  const Shape in{1, 6, 8};
  ch06::Conv2d loops(in, {3, 1, 1}, ch04::he(9, 1, random));
  const Matrix x = ch04::normal(in.size(), 1, 1, random);
  const Matrix dy = ch04::normal(in.size(), 1, 1, random);
  loops.forward(x);
  loops.accumulate(dy);
  const Flat& expected = loops.parameters()[0]->gradient.values;
  const Flat got = weights_by_values(ch06::pad(x, in, 1).values, dy.values, 6, 8);
  REQUIRE(got.size() == 9);
  for (std::size_t k = 0; k < 9; ++k)
    CHECK(got[k] == Approx(expected[k]).margin(1e-10));
}
