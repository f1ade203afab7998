// Training by mini-batches: shuffle, take the next few samples, one step downhill.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/network.h"
#include "04-multilayer-perceptron/samples.h"

namespace ch04 {

// ANCHOR: gather
inline std::vector<std::size_t> in_order(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

// The samples order[first], ..., order[last - 1] as a batch of their own.
inline Samples gather(const Samples& from, const std::vector<std::size_t>& order,
                      std::size_t first, std::size_t last) {
  const std::size_t width = from.inputs.cols;
  Samples batch{Matrix(last - first, width), std::vector<int>(last - first)};
  for (std::size_t i = 0; i < batch.count(); ++i) {
    const std::size_t source = order[first + i];
    std::copy_n(&from.inputs.values[source * width], width,
                &batch.inputs.values[i * width]);
    batch.labels[i] = from.labels[source];
  }
  return batch;
}
// ANCHOR_END: gather

// ANCHOR: loss_and_gradients
// The mean loss of a batch. Adds `share` times its gradient to every
// parameter's.
inline double add_gradients(Network& network, const Samples& batch, double share = 1) {
  Matrix dz;  // [N × K] dL/dlogits
  const Matrix logits = network.forward(batch.inputs);
  const double loss = ch02::softmax_cross_entropy(logits, batch.labels, &dz);
  for (double& v : dz.values) v *= share;
  network.backward(dz);
  return loss;
}

inline double loss_and_gradients(Network& network, const Samples& batch) {
  network.zero_gradients();
  return add_gradients(network, batch);
}
// ANCHOR_END: loss_and_gradients

// All samples as one batch, `steps` times. Returns the loss before every step.
inline std::vector<double> descend(Network& network, const Samples& samples, int steps,
                                   double rate) {
  std::vector<double> losses;
  for (int s = 0; s < steps; ++s) {
    losses.push_back(loss_and_gradients(network, samples));
    network.step(rate);
  }
  return losses;
}

// ANCHOR: in_halves
// A batch in two halves, as when it is too large for the memory: the two
// gradients, each with its share, must add up to that of the whole.
inline double add_in_halves(Network& network, const Samples& batch) {
  const std::vector<std::size_t> order = in_order(batch.count());
  const std::size_t cuts[] = {0, (order.size() + 1) / 2, order.size()};
  double loss = 0;
  network.zero_gradients();
  for (std::size_t h = 0; h < 2; ++h) {
    if (cuts[h] == cuts[h + 1]) continue;
    const Samples half = gather(batch, order, cuts[h], cuts[h + 1]);
    const double share = static_cast<double>(half.count()) / batch.count();
    loss += share * add_gradients(network, half, share);
  }
  return loss;
}
// ANCHOR_END: in_halves

// ANCHOR: train_epoch
// One pass over the samples in the given order. Returns each batch's loss.
inline std::vector<double> train_epoch(Network& network, const Samples& samples,
                                       const std::vector<std::size_t>& order,
                                       std::size_t batch_size, double rate) {
  if (batch_size == 0) throw std::invalid_argument("batch size 0");
  std::vector<double> losses;
  for (std::size_t first = 0; first < order.size(); first += batch_size) {
    const std::size_t last = std::min(first + batch_size, order.size());
    const Samples batch = gather(samples, order, first, last);
    losses.push_back(loss_and_gradients(network, batch));
    network.step(rate);
  }
  return losses;
}
// ANCHOR_END: train_epoch

// The class with the largest logit, for every row.
inline std::vector<int> predict(const Matrix& logits) {
  std::vector<int> classes;
  for (std::size_t i = 0; i < logits.rows; ++i) {
    const double* row = &logits.values[i * logits.cols];
    classes.push_back(static_cast<int>(std::max_element(row, row + logits.cols) - row));
  }
  return classes;
}

inline double accuracy(Network& network, const Samples& samples) {
  const std::vector<int> guesses = predict(network.forward(samples.inputs));
  std::size_t right = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    right += guesses[i] == samples.labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(samples.count());
}

}  // namespace ch04
