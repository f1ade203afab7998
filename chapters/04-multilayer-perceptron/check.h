// Chapter 3's check, put to a whole network.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax.h"
#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/train.h"

namespace ch04 {

// ANCHOR: check_network
// Chapter 3's check of every parameter of a network. The gradient under
// suspicion is gathered from two halves of the batch.
inline ch03::CheckResult check(Network& network, const Samples& batch) {
  const std::vector<double> at = values(network);
  const auto loss = [&](const std::vector<double>& parameters) {
    set_values(network, parameters);
    const Matrix logits = network.forward(batch.inputs);
    return ch02::softmax_cross_entropy(logits, batch.labels);
  };
  add_in_halves(network, batch);
  const std::vector<double> analytic = gradients(network);
  set_values(network, at);
  return ch03::check_gradient(loss, at, analytic);
}
// ANCHOR_END: check_network

inline Samples random_batch(std::size_t count, std::size_t width, std::size_t classes,
                            ch01::Random& random) {
  Samples batch{normal(width, count, 1, random), {}};
  for (std::size_t i = 0; i < count; ++i) {
    batch.labels.push_back(static_cast<int>(random.below(classes)));
  }
  return batch;
}

}  // namespace ch04
