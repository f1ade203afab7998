// Ten dense layers under one another, and how large the gradient is at each.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/network.h"
#include "04-multilayer-perceptron/samples.h"

namespace ch04 {

inline double root_mean_square(const Matrix& m) {
  double sum = 0;
  for (double v : m.values) sum += v * v;
  return std::sqrt(sum / static_cast<double>(m.values.size()));
}

// 784-64-...-64-10: nine hidden layers of 64 units.
template <class ActivationType>
Network deep(bool for_relu, ch01::Random& random) {
  Network network;
  std::size_t in = 784;
  for (int l = 0; l < 9; ++l) {
    network.add<Dense>(for_relu ? he(in, 64, random) : xavier(in, 64, random));
    network.add<ActivationType>();
    in = 64;
  }
  network.add<Dense>(xavier(in, 10, random));
  return network;
}

// ANCHOR: delta_sizes
// The root mean square of dL/dz at every dense layer, first to last.
inline std::vector<double> delta_sizes(Network& network, const Samples& batch) {
  Matrix delta;
  const Matrix logits = network.forward(batch.inputs);
  ch02::softmax_cross_entropy(logits, batch.labels, &delta);
  std::vector<double> sizes;
  for (std::size_t l = network.size(); l-- > 0;) {
    if (!network.layer(l).parameters().empty()) {
      sizes.insert(sizes.begin(), root_mean_square(delta));
    }
    delta = network.layer(l).backward(delta);
  }
  return sizes;
}
// ANCHOR_END: delta_sizes

}  // namespace ch04
