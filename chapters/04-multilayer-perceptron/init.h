// Initial weights. The standard deviation is chosen so that signals keep their size
// from layer to layer; the chapter derives both formulas.
#pragma once

#include <cmath>
#include <cstddef>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"

namespace ch04 {

// ANCHOR: init
// Weights [out × in] from a normal distribution.
inline ch01::Matrix normal(std::size_t in, std::size_t out, double deviation,
                           ch01::Random& random) {
  ch01::Matrix weights(out, in);
  for (double& w : weights.values) w = deviation * random.normal();
  return weights;
}

// For tanh and sigmoid: a compromise between what keeps the size of the signals
// forward (1 / in) and of the gradients backward (1 / out).
inline ch01::Matrix xavier(std::size_t in, std::size_t out, ch01::Random& random) {
  return normal(in, out, std::sqrt(2.0 / static_cast<double>(in + out)), random);
}

// For ReLU, which silences half of its inputs, hence the 2.
inline ch01::Matrix he(std::size_t in, std::size_t out, ch01::Random& random) {
  return normal(in, out, std::sqrt(2.0 / static_cast<double>(in)), random);
}
// ANCHOR_END: init

}  // namespace ch04
