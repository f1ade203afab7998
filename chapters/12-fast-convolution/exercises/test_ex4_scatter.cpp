#include "ex4_scatter.h"

#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "tests/catch.h"

using namespace ch12;

TEST_CASE("scattering by products is chapter 6's way back") {
  ch01::Random random(4);
  for (const Window& window : {Window{3, 2, 1}, Window{3, 1, 1}, Window{2, 3}}) {
    const Task t{2, {5, 7, 8}, window, 6};
    ch06::Conv2d loops(t.in, window, ch04::he(t.depth(), 6, random));
    loops.forward(ch04::normal(t.in.size(), 2, 1, random));
    const Matrix dy = ch04::normal(t.out().size(), 2, 1, random);
    const Flat dx = by_scattering(t, to_pixels(dy, t.out(), 0),
                                  by_tap(loops.parameters()[0]->value, 5));
    const Matrix got = to_planes(dx, 2, t.in, window.padding);
    const Matrix expected = loops.backward(dy);
    for (std::size_t k = 0; k < got.values.size(); ++k)
      REQUIRE(got.values[k] == Approx(expected.values[k]).margin(1e-12));
  }
}
