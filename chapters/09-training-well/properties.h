// What must hold of the layers, whatever the network: each gives by how much it is off.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/init.h"
#include "09-training-well/mode.h"

namespace ch09 {

using ch01::Random;
using ch04::Layer;

inline double apart(const Matrix& a, const Matrix& b) {
  double worst = 0;
  for (std::size_t k = 0; k < a.values.size(); ++k)
    worst = std::max(worst, std::abs(a.values[k] - b.values[k]));
  return worst;
}

// In training every channel comes out with mean 0 and variance 1.
inline double off_standard(Layer& norm, std::size_t channels, Random& random) {
  const Matrix x = ch04::normal(channels, 40, 3, random);
  const Matrix y = norm.forward(x);
  double worst = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < y.rows; ++i) {
      mean += y(i, c) / static_cast<double>(y.rows);
      square += y(i, c) * y(i, c) / static_cast<double>(y.rows);
    }
    worst = std::max({worst, std::abs(mean), std::abs(square - 1)});
  }
  return worst;
}

// ANCHOR: off_balance
// What comes back is at right angles to a shift and to a stretch of the inputs.
inline double off_balance(Layer& norm, std::size_t channels, Random& random) {
  const Matrix x = ch04::normal(channels, 9, 1, random);
  Matrix dy = norm.forward(x);
  const Matrix x_hat = dy;  // the weights are 1 and the biases 0
  dy.values = ch03::random_projection(dy.values.size(), random);
  const Matrix dx = norm.backward(dy);
  double worst = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    double shift = 0, stretch = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      shift += dx(i, c);
      stretch += dx(i, c) * x_hat(i, c);
    }
    worst = std::max({worst, std::abs(shift), std::abs(stretch)});
  }
  return worst;
}
// ANCHOR_END: off_balance

// ANCHOR: off_alone
// In evaluation an answer depends on its own sample only, and is the same each time.
inline double off_alone(Network& network, const Matrix& inputs) {
  set_training(network, false);
  const Matrix together = network.forward(inputs);
  double worst = apart(network.forward(inputs), together);
  for (std::size_t at = 0; at + 2 <= inputs.rows; at += 2) {
    Matrix two(2, inputs.cols), expected(2, together.cols);
    std::copy_n(&inputs.values[at * inputs.cols], two.values.size(),
                two.values.begin());
    std::copy_n(&together.values[at * together.cols], expected.values.size(),
                expected.values.begin());
    worst = std::max(worst, apart(network.forward(two), expected));
  }
  set_training(network, true);
  return worst;
}
// ANCHOR_END: off_alone

}  // namespace ch09
