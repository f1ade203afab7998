// What to look at first when a training does not work.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "08-optimizers/adam.h"
#include "08-optimizers/slots.h"
#include "09-training-well/deep.h"
#include "09-training-well/signals.h"
#include "09-training-well/training.h"

namespace ch09 {

struct CheckUp {
  double first_loss, twenty_loss, gradient_ratio, dead, update_ratio;
};

// ANCHOR: dead
// The share of ReLUs that are silent for every one of the samples.
inline double dead_share(Network& network, const Matrix& inputs) {
  Matrix a = inputs;
  double dead = 0, all = 0;
  for (std::size_t l = 0; l < network.size(); ++l) {
    a = network.layer(l).forward(a);
    if (!dynamic_cast<ReLU*>(&network.layer(l))) continue;
    for (std::size_t j = 0; j < a.cols; ++j, ++all) {
      bool silent = true;
      for (std::size_t i = 0; i < a.rows; ++i) silent = silent && a(i, j) == 0;
      dead += silent;
    }
  }
  return dead / all;
}
// ANCHOR_END: dead

inline double root_mean_square(const Matrix& m) { return std::sqrt(mean_square(m)); }

// How large the gradient of the first layer's weights is beside that of the last but one.
inline double gradient_ratio(Network& network, const Samples& batch) {
  ch04::loss_and_gradients(network, batch);
  std::vector<double> sizes;
  for (Parameter* p : network.parameters()) {
    if (p->value.rows > 1) sizes.push_back(root_mean_square(p->gradient));
  }
  return sizes.front() / sizes.at(sizes.size() - 2);
}

// How far a step moves the first layer's weights, as a share of their size.
inline double update_ratio(Network& network, ch08::Optimizer& optimizer,
                           const Samples& batch) {
  Parameter& weights = *network.parameters()[0];
  const double size = root_mean_square(weights.value);
  Matrix moved = weights.value;
  ch04::loss_and_gradients(network, batch);
  optimizer.step();
  for (std::size_t k = 0; k < moved.values.size(); ++k)
    moved.values[k] -= weights.value.values[k];
  return root_mean_square(moved) / size;
}

// ANCHOR: check_up
// `make` gives the network as it begins. All of this takes less than a second.
template <class Make>
CheckUp check_up(Make make, double rate, const Samples& samples) {
  const Samples twenty = ch04::gather(samples, ch04::in_order(samples.count()), 0, 20);
  const Samples batch = ch04::gather(samples, ch04::in_order(samples.count()), 0, 64);
  CheckUp found{};
  Network small = make();
  ch08::AdamW by_heart(ch08::slots(small), rate, 0);
  found.first_loss = ch04::loss_and_gradients(small, twenty);
  for (int step = 0; step < 150; ++step) {
    found.twenty_loss = ch04::loss_and_gradients(small, twenty);
    by_heart.step();
  }
  Network network = make();
  ch08::AdamW optimizer(ch08::slots(network), rate, 0);
  for (int step = 0; step < 20; ++step) {
    found.update_ratio = update_ratio(network, optimizer, batch);
  }
  found.gradient_ratio = gradient_ratio(network, batch);
  found.dead = dead_share(network, batch.inputs);
  return found;
}
// ANCHOR_END: check_up

}  // namespace ch09
