#include "ex1_windows_of_one.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "tests/catch.h"

using namespace ch12;

TEST_CASE("windows of one are chapter 6's with any stride") {
  ch01::Random random(1);
  for (std::size_t stride : {1, 2, 3}) {
    const Task t{2, {5, 6, 8}, {1, stride}, 7};
    ch06::Conv2d loops(t.in, t.window, ch04::he(5, 7, random));
    const Matrix x = ch04::normal(t.in.size(), 2, 1, random);
    const Flat expected = to_pixels(loops.forward(x), t.out(), 0);
    const Flat y = windows_of_one(t, to_pixels(x, t.in, 0),
                                  by_tap(loops.parameters()[0]->value, 5));
    REQUIRE(y.size() == expected.size());
    for (std::size_t k = 0; k < y.size(); ++k)
      REQUIRE(y[k] == Approx(expected[k]).margin(1e-12));
  }
}
