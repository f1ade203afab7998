// The network that the chapter works through on paper: two inputs, two hidden ReLU
// units, one output, the squared error, and the four points of exclusive or.
#pragma once

#include <cstddef>

#include "04-multilayer-perceptron/network.h"
#include "04-multilayer-perceptron/samples.h"

namespace ch04 {

// ANCHOR: hand_network
inline Network hand_network() {
  Network network;
  network.add<Dense>(Matrix(2, 2)).add<ReLU>().add<Dense>(Matrix(1, 2));
  set_values(network, {1, 1, 1, 1,  // W1 [2 × 2]
                       -0.5, -1.5,  // b1 [1 × 2]
                       1, -2,       // W2 [1 × 2]
                       0});         // b2 [1 × 1]
  return network;
}

// 1/2N times the sum of (y - t)², and its gradient (y - t)/N.
inline double half_mean_square(const Matrix& y, const std::vector<int>& targets,
                               Matrix* gradient) {
  const double n = static_cast<double>(y.rows);
  *gradient = Matrix(y.rows, 1);
  double sum = 0;
  for (std::size_t i = 0; i < y.rows; ++i) {
    const double difference = y(i, 0) - targets[i];
    (*gradient)(i, 0) = difference / n;
    sum += difference * difference;
  }
  return sum / (2 * n);
}
// ANCHOR_END: hand_network

}  // namespace ch04
