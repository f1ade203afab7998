// Training by the next symbol, and judging what was learned.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "02-logistic-regression/softmax.h"
#include "07-recurrent-networks/descent.h"
#include "08-optimizers/adam.h"
#include "10-attention/texts.h"
#include "10-attention/transformer.h"

namespace ch10 {

// ANCHOR: batch
// Texts of the same length T + 1: all symbols but the last, and for each of them the
// one that follows.
struct Batch {
  std::size_t length = 0;           // T
  std::vector<int> inputs, labels;  // [N·T] each
};

inline Batch pack(const Texts& texts) {
  Batch batch{texts.front().size() - 1, {}, {}};
  for (const std::string& text : texts) {
    for (std::size_t t = 0; t < batch.length; ++t) {
      batch.inputs.push_back(id(text[t]));
      batch.labels.push_back(id(text[t + 1]));
    }
  }
  return batch;
}
// ANCHOR_END: batch

// ANCHOR: add_gradients
template <class Model>
double loss(Model& model, const Batch& b) {
  return ch02::softmax_cross_entropy(model.forward(b.inputs, b.length), b.labels);
}

// The mean loss over all symbols of a batch; adds its gradients.
template <class Model>
double add_gradients(Model& model, const Batch& b) {
  Matrix dscores;  // [N·T × V]
  const Matrix scores = model.forward(b.inputs, b.length);
  const double loss = ch02::softmax_cross_entropy(scores, b.labels, &dscores);
  model.backward(dscores);
  return loss;
}
// ANCHOR_END: add_gradients

inline ch08::Slots slots(const Parameters& parameters) {
  ch08::Slots all;
  for (Parameter* p : parameters) all.push_back({&p->value, &p->gradient});
  return all;
}

// ANCHOR: train
// Steps of Adam on texts that are drawn as they are needed. The rate rises over the
// first 20 steps, and the last third is slower.
template <class Model>
std::vector<double> train(Model& model, double rate, int steps, std::size_t texts,
                          Random& random, const std::string& orders = "><^",
                          const std::function<void(int)>& each = {}) {
  const Parameters parameters = model.parameters();
  ch08::Adam adam(slots(parameters), rate);
  std::vector<double> losses;
  for (int s = 0; s < steps; ++s) {
    adam.rate = rate * std::min(1.0, (s + 1) / 20.0) * (3 * s < 2 * steps ? 1 : 0.2);
    ch07::zero_gradients(parameters);
    losses.push_back(add_gradients(model, pack(draw_texts(texts, random, orders))));
    ch07::clip(parameters, 1);
    adam.step();
    if (each) each(s + 1);
  }
  return losses;
}
// ANCHOR_END: train

// The share of the answer's letters that get the highest score, given all before them.
template <class Model>
double share_right(Model& model, char order, std::size_t count, Random& random) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(draw_text(order, random));
  const Batch b = pack(texts);
  const Matrix scores = model.forward(b.inputs, b.length);
  double right = 0;
  for (std::size_t i = 0; i < scores.rows; ++i) {
    if (i % b.length <= kWord) continue;  // the word and the colon
    const double* z = &scores.values[i * scores.cols];
    right += std::max_element(z, z + scores.cols) - z == b.labels[i];
  }
  return right / static_cast<double>(count * kWord);
}

}  // namespace ch10
