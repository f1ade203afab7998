// The whole of a training program.
#pragma once

#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/train.h"
#include "13-library/check.h"
#include "13-library/modules.h"

namespace ch13 {

using ch04::Samples;

inline Tensor tensor(const ch01::Matrix& m) { return {{m.rows, m.cols}, m.values}; }

// The share of rows whose largest logit is that of the label.
inline double accuracy_of(const Tensor& logits, const std::vector<int>& labels) {
  ch01::Matrix rows(logits.shape[0], logits.shape[1]);
  rows.values = numbers(logits);
  const std::vector<int> guesses = ch04::predict(rows);
  std::size_t right = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) right += guesses[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

inline double accuracy(const Mlp& network, const Samples& samples) {
  return accuracy_of(network(tensor(samples.inputs)).value, samples.labels);
}

// ANCHOR: program
inline std::vector<double> train(const Mlp& network, const Samples& samples,
                                 std::size_t batch, int epochs, double rate,
                                 Random& random) {
  std::vector<double> losses;
  std::vector<std::size_t> order = ch04::in_order(samples.count());
  for (int epoch = 0; epoch < epochs; ++epoch) {
    random.shuffle(order);
    for (std::size_t first = 0; first + batch <= order.size(); first += batch) {
      const Samples some = ch04::gather(samples, order, first, first + batch);
      const Variable logits = network(tensor(some.inputs));
      const Variable loss = softmax_cross_entropy(logits, some.labels);
      network.zero_gradients();
      backward(loss);
      descend(network, rate);
      losses.push_back(number(loss.value));
    }
  }
  return losses;
}
// ANCHOR_END: program

inline Mlp image_network(std::size_t hidden, Random& random) {
  return Mlp(tensor(ch04::he(784, hidden, random)), Tensor({10, hidden}, 0.0));
}

}  // namespace ch13
