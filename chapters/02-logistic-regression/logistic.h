// Logistic regression: two classes, labelled 0 and 1, and chapter 1's linear model
// for a score.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/linear_model.h"
#include "02-logistic-regression/softmax.h"

namespace ch02 {

using ch01::LinearModel;

// ANCHOR: score_losses
// What one sample with score z and label y costs, and the slope of that in z.
struct ScoreLoss {
  double value, slope;
};

inline ScoreLoss cross_entropy(double z, int y) {
  return {binary_cross_entropy(z, y), sigmoid(z) - y};
}

inline ScoreLoss squared_error(double z, int y) {
  const double p = sigmoid(z);
  return {(p - y) * (p - y), 2 * (p - y) * p * (1 - p)};
}
// ANCHOR_END: score_losses

// ANCHOR: mean_loss
// The mean loss over the samples x [N, d], and its gradient if asked for.
inline double mean_loss(const LinearModel& model, const Matrix& x,
                        const std::vector<int>& labels,  // [N], 0 or 1
                        ScoreLoss (*loss_of)(double z, int y),
                        LinearModel* gradient = nullptr) {
  const Vector z = ch01::predict(model, x);  // [N]
  ch01::require_match(labels.size() == x.rows, "mean_loss", x, labels);
  const double n = static_cast<double>(x.rows);
  if (gradient) *gradient = {Vector(x.cols), 0};
  double total = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const ScoreLoss loss = loss_of(z[i], labels[i]);
    total += loss.value;
    if (!gradient) continue;
    for (std::size_t j = 0; j < x.cols; ++j)
      gradient->weights[j] += loss.slope * x(i, j) / n;
    gradient->bias += loss.slope / n;
  }
  return total / n;
}
// ANCHOR_END: mean_loss

// ANCHOR: weight_decay
// The penalty lambda/2 |w|², whose gradient lambda w it adds to the gradient. The bias
// goes free: it says how common class 1 is, not how sure the model gets.
inline double add_weight_decay(const LinearModel& model, double lambda,
                               LinearModel& gradient) {
  for (std::size_t j = 0; j < model.weights.size(); ++j)
    gradient.weights[j] += lambda * model.weights[j];
  return lambda / 2 * ch01::dot(model.weights, model.weights);
}
// ANCHOR_END: weight_decay

// ANCHOR: logistic_descend
inline void descend(LinearModel& model, const Matrix& x, const std::vector<int>& labels,
                    double rate, int steps,
                    ScoreLoss (*loss_of)(double z, int y) = cross_entropy,
                    double lambda = 0) {
  LinearModel gradient;
  for (int k = 0; k < steps; ++k) {
    mean_loss(model, x, labels, loss_of, &gradient);
    add_weight_decay(model, lambda, gradient);
    ch01::step(model, gradient, rate);
  }
}
// ANCHOR_END: logistic_descend

// The share of samples on the right side: a score above 0 is a probability above 1/2.
inline double accuracy(const LinearModel& model, const Matrix& x,
                       const std::vector<int>& labels) {
  const Vector z = ch01::predict(model, x);
  std::size_t right = 0;
  for (std::size_t i = 0; i < z.size(); ++i) right += (z[i] > 0) == (labels[i] == 1);
  return static_cast<double>(right) / static_cast<double>(z.size());
}

}  // namespace ch02
