// Training a network by any optimizer.
#pragma once

#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "04-multilayer-perceptron/train.h"
#include "08-optimizers/slots.h"
#include "08-optimizers/valleys.h"

namespace ch08 {

using ch04::Data;
using ch04::Network;
using ch04::Samples;

// ANCHOR: train
// `epochs` passes over the samples in batches, shuffled anew for each. Returns the loss
// before every step.
inline std::vector<double> train(Network& network, Optimizer& optimizer,
                                 const Samples& samples, std::size_t batch, int epochs,
                                 ch01::Random& random) {
  std::vector<std::size_t> order = ch04::in_order(samples.count());
  std::vector<double> losses;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    random.shuffle(order);
    for (std::size_t at = 0; at + batch <= order.size(); at += batch) {
      const Samples part = ch04::gather(samples, order, at, at + batch);
      losses.push_back(ch04::loss_and_gradients(network, part));
      optimizer.step();
    }
  }
  return losses;
}
// ANCHOR_END: train

// ANCHOR: gradient_noise
// How far the gradients of batches are from that of all samples, as a share of its
// length (the root of the mean square over `tries` batches).
inline double gradient_noise(ch04::Network& network, const Samples& samples,
                             std::size_t batch, int tries, ch01::Random& random) {
  ch04::loss_and_gradients(network, samples);
  const Vector whole = ch04::gradients(network);
  std::vector<std::size_t> order = ch04::in_order(samples.count());
  double sum = 0;
  for (int i = 0; i < tries; ++i) {
    random.shuffle(order);
    ch04::loss_and_gradients(network, ch04::gather(samples, order, 0, batch));
    const Vector part = ch04::gradients(network);
    for (std::size_t k = 0; k < part.size(); ++k) {
      sum += (part[k] - whole[k]) * (part[k] - whole[k]);
    }
  }
  return std::sqrt(sum / tries) / length(whole);
}
// ANCHOR_END: gradient_noise

// The mean loss of samples that nothing is learned from.
inline double loss_of(Network& network, const Samples& samples) {
  return ch02::softmax_cross_entropy(network.forward(samples.inputs), samples.labels);
}

// Loss and accuracy at once.
inline std::pair<double, double> judge(Network& network, const Samples& samples) {
  const Matrix logits = network.forward(samples.inputs);
  const std::vector<int> guesses = ch04::predict(logits);
  double right = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    right += guesses[i] == samples.labels[i];
  }
  return {ch02::softmax_cross_entropy(logits, samples.labels),
          right / static_cast<double>(guesses.size())};
}

// The mean of the last `count` losses.
inline double at_the_end(const std::vector<double>& losses, std::size_t count) {
  double sum = 0;
  for (std::size_t i = losses.size() - count; i < losses.size(); ++i) sum += losses[i];
  return sum / static_cast<double>(count);
}

}  // namespace ch08
