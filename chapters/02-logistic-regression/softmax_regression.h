// Softmax regression: K classes, labelled 0 … K − 1, a score for each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax.h"

namespace ch02 {

// ANCHOR: softmax_model
struct SoftmaxModel {
  Matrix weights;  // [K, d], a row of weights for each class
  Vector bias;     // [K]

  SoftmaxModel(std::size_t classes, std::size_t features)
      : weights(classes, features), bias(classes) {}
};

// Z = X Wᵀ + b, the bias being added to every row.
inline Matrix logits(const SoftmaxModel& model, const Matrix& x) {
  ch01::require_match(x.cols == model.weights.cols, "logits", x, model.weights);
  Matrix z(x.rows, model.bias.size());  // [N, K]
  for (std::size_t i = 0; i < z.rows; ++i)
    for (std::size_t k = 0; k < z.cols; ++k) {
      double score = model.bias[k];
      for (std::size_t d = 0; d < x.cols; ++d) score += model.weights(k, d) * x(i, d);
      z(i, k) = score;
    }
  return z;
}
// ANCHOR_END: softmax_model

// ANCHOR: softmax_backward
// From the gradient with respect to the logits, g [N, K], to the model's own:
// weights gᵀ X, bias the sum of g's rows.
inline SoftmaxModel backward(const Matrix& x, const Matrix& g) {
  SoftmaxModel gradient(g.cols, x.cols);
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t k = 0; k < g.cols; ++k) {
      for (std::size_t d = 0; d < x.cols; ++d)
        gradient.weights(k, d) += g(i, k) * x(i, d);
      gradient.bias[k] += g(i, k);
    }
  return gradient;
}
// ANCHOR_END: softmax_backward

// ANCHOR: recipe
inline void step(SoftmaxModel& model, const SoftmaxModel& gradient, double rate) {
  for (std::size_t i = 0; i < model.weights.values.size(); ++i)
    model.weights.values[i] -= rate * gradient.weights.values[i];
  for (std::size_t k = 0; k < model.bias.size(); ++k)
    model.bias[k] -= rate * gradient.bias[k];
}

// The two halves of a training step, so that "Break it" can swap one for a wrong one.
struct Recipe {
  double (*loss)(const Matrix&, const std::vector<int>&,
                 Matrix*) = softmax_cross_entropy;
  SoftmaxModel (*backward)(const Matrix&, const Matrix&) = ch02::backward;
};

// One step down the slope of the loss on these samples; returns the loss before it.
inline double train_step(SoftmaxModel& model, const Matrix& x,
                         const std::vector<int>& labels, double rate,
                         const Recipe& recipe = {}) {
  Matrix g;  // [N, K]
  const double loss = recipe.loss(logits(model, x), labels, &g);
  step(model, recipe.backward(x, g), rate);
  return loss;
}
// ANCHOR_END: recipe

// ANCHOR: train_epoch
// Goes once through all samples in a new order, `batch` of them a step. Returns the
// mean loss of the steps. Samples that do not fill a last batch sit this epoch out.
inline double train_epoch(SoftmaxModel& model, const Matrix& x,
                          const std::vector<int>& labels, std::size_t batch,
                          double rate, ch01::Random& random,
                          const Recipe& recipe = {}) {
  std::vector<std::size_t> order(x.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(order);
  const std::size_t steps = x.rows / batch;
  Matrix some(batch, x.cols);
  std::vector<int> some_labels(batch);
  double total = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t i = 0; i < batch; ++i) {
      const std::size_t from = order[step * batch + i];
      std::copy_n(&x.values[from * x.cols], x.cols, &some.values[i * x.cols]);
      some_labels[i] = labels[from];
    }
    total += train_step(model, some, some_labels, rate, recipe);
  }
  return total / static_cast<double>(steps);
}
// ANCHOR_END: train_epoch

// ANCHOR: predict
// The class with the highest score; softmax keeps the order, so it is not needed.
inline std::vector<int> predict(const SoftmaxModel& model, const Matrix& x) {
  const Matrix z = logits(model, x);
  std::vector<int> classes;
  for (std::size_t i = 0; i < z.rows; ++i) {
    const double* row = &z.values[i * z.cols];
    classes.push_back(static_cast<int>(std::max_element(row, row + z.cols) - row));
  }
  return classes;
}

// counts(i, j): how many samples of class i were taken for class j.
inline Matrix confusion(const std::vector<int>& labels,
                        const std::vector<int>& predicted, std::size_t classes) {
  Matrix counts(classes, classes);
  for (std::size_t i = 0; i < labels.size(); ++i)
    counts(static_cast<std::size_t>(labels[i]),
           static_cast<std::size_t>(predicted[i])) += 1;
  return counts;
}
// ANCHOR_END: predict

inline double accuracy(const SoftmaxModel& model, const Matrix& x,
                       const std::vector<int>& labels) {
  const std::vector<int> predicted = predict(model, x);
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace ch02
