// Four planted bugs. Each compiles, runs and trains.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "02-logistic-regression/softmax_regression.h"

namespace ch02::broken {

// ANCHOR: averaged_twice
inline double averaged_twice(const Matrix& logits, const std::vector<int>& labels,
                             Matrix* gradient) {
  const double loss = softmax_cross_entropy(logits, labels, gradient);
  if (!gradient) return loss;
  for (double& g : gradient->values) g /= static_cast<double>(logits.rows);
  return loss;
}
// ANCHOR_END: averaged_twice

// ANCHOR: bias_sign
inline SoftmaxModel bias_sign(const Matrix& x, const Matrix& g) {
  SoftmaxModel gradient = backward(x, g);
  for (double& b : gradient.bias) b = -b;
  return gradient;
}
// ANCHOR_END: bias_sign

// ANCHOR: wrong_axis
// Softmax down the columns: each class shares itself out over the samples.
inline double wrong_axis(const Matrix& logits, const std::vector<int>& labels,
                         Matrix* gradient) {
  Matrix p = ch01::transpose(logits);  // [K, N]
  for (std::size_t k = 0; k < p.rows; ++k)
    softmax(&p.values[k * p.cols], p.cols, &p.values[k * p.cols]);
  p = ch01::transpose(p);  // [N, K]
  double loss = 0;
  for (std::size_t i = 0; i < p.rows; ++i) {
    const std::size_t label = static_cast<std::size_t>(labels[i]);
    loss -= std::log(p(i, label));
    p(i, label) -= 1;
  }
  for (double& g : p.values) g /= static_cast<double>(p.rows);
  if (gradient) *gradient = p;
  return loss / static_cast<double>(p.rows);
}
// ANCHOR_END: wrong_axis

// ANCHOR: softmax_twice
// The model's output is already softmax, and the loss takes it for scores.
inline double softmax_twice(const Matrix& logits, const std::vector<int>& labels,
                            Matrix* gradient) {
  Matrix p = logits;  // [N, K]
  const std::size_t k = p.cols;
  for (std::size_t i = 0; i < p.rows; ++i)
    softmax(&p.values[i * k], k, &p.values[i * k]);
  const double loss = softmax_cross_entropy(p, labels, gradient);
  if (!gradient) return loss;
  for (std::size_t i = 0; i < p.rows; ++i) {
    const auto row = [k, i](Matrix& m) { return &m.values[i * k]; };
    const Vector slopes = softmax_backward(Vector(row(p), row(p) + k),
                                           Vector(row(*gradient), row(*gradient) + k));
    std::copy(slopes.begin(), slopes.end(), row(*gradient));
  }
  return loss;
}
// ANCHOR_END: softmax_twice

}  // namespace ch02::broken
