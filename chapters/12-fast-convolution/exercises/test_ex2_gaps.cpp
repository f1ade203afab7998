#include "ex2_gaps.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "tests/catch.h"

using namespace ch12;

TEST_CASE("taps with gaps are a larger window with zeros in the gaps") {
  ch01::Random random(2);
  for (std::size_t gap : {1, 2, 3}) {
    const Task t{2, {3, 9, 10}, {3}, 4};
    const std::size_t side = 2 * gap + 1;
    const Matrix w = ch04::he(27, 4, random);
    Matrix large(4, 3 * side * side);
    for (std::size_t o = 0; o < 4; ++o)
      for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t p = 0; p < 3; ++p)
          for (std::size_t q = 0; q < 3; ++q)
            large(o, (c * side + p * gap) * side + q * gap) = w(o, (c * 3 + p) * 3 + q);
    ch06::Conv2d loops(t.in, {side}, large);
    const Matrix x = ch04::normal(t.in.size(), 2, 1, random);
    const Flat expected = to_pixels(loops.forward(x), ch06::after(t.in, {side}, 4), 0);
    const Flat y = with_gaps(t, gap, to_pixels(x, t.in, 0), by_tap(w, 3));
    REQUIRE(y.size() == expected.size());
    for (std::size_t k = 0; k < y.size(); ++k)
      REQUIRE(y[k] == Approx(expected[k]).margin(1e-12));
  }
}
