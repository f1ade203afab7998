// A layer beside chapter 6's loops.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/init.h"
#include "06-convolutional-networks/conv.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

using ch01::Random;

inline double apart(const Flat& a, const Flat& b) {
  double worst = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    worst = std::max(worst, std::abs(a[k] - b[k]));
  return worst;
}

// ANCHOR: against_loops
// By how much a layer differs from chapter 6's loops: forward, and in all three passes.
struct Apart {
  double forward, all;
};

template <class Layer>
Apart against_loops(const Shape& in, const Window& window, std::size_t filters,
                    std::size_t images, Random& random) {
  const std::size_t taps = in.channels * window.size * window.size;
  ch06::Conv2d loops(in, window, ch04::he(taps, filters, random));
  Layer fast(in, window, loops.parameters()[0]->value);
  const Matrix bias = ch04::normal(filters, 1, 1, random);
  loops.parameters()[1]->value = fast.parameters()[1]->value = bias;
  const Matrix x = ch04::normal(in.size(), images, 1, random);
  const Matrix y = loops.forward(x);
  const double forward = apart(y.values, fast.forward(x).values);
  const Matrix dy = ch04::normal(y.cols, images, 1, random);
  double all =
      std::max(forward, apart(loops.backward(dy).values, fast.backward(dy).values));
  loops.accumulate(dy), fast.accumulate(dy);
  for (std::size_t p : {0, 1})
    all = std::max(all, apart(loops.parameters()[p]->gradient.values,
                              fast.parameters()[p]->gradient.values));
  return {forward, all};
}
// ANCHOR_END: against_loops

}  // namespace ch12
