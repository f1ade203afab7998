// Chapter 2's softmax regression with a wrong gradient. Its training step takes the
// loss and gradient as a recipe, so a wrong one is put in from outside.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "02-logistic-regression/images.h"
#include "02-logistic-regression/softmax.h"
#include "02-logistic-regression/softmax_regression.h"

namespace ch03 {

using ch01::Matrix;
using ch01::Vector;

// ANCHOR: wrong_gradients
// The right loss, but a sigmoid's slope in the gradient: (p - y) p (1 - p), over N.
inline double with_sigmoid_slope(const Matrix& scores, const std::vector<int>& labels,
                                 Matrix* gradient) {
  const double loss = ch02::softmax_cross_entropy(scores, labels, gradient);
  Vector p(scores.cols);
  for (std::size_t i = 0; gradient && i < scores.rows; ++i) {
    ch02::softmax(&scores.values[i * scores.cols], scores.cols, p.data());
    for (std::size_t k = 0; k < p.size(); ++k) (*gradient)(i, k) *= p[k] * (1 - p[k]);
  }
  return loss;
}

// The right loss, but the gradient by every score except the label's forgotten.
inline double only_the_label(const Matrix& scores, const std::vector<int>& labels,
                             Matrix* gradient) {
  const double loss = ch02::softmax_cross_entropy(scores, labels, gradient);
  for (std::size_t i = 0; gradient && i < scores.rows; ++i) {
    for (std::size_t k = 0; k < scores.cols; ++k) {
      if (static_cast<int>(k) != labels[i]) (*gradient)(i, k) = 0;
    }
  }
  return loss;
}
// ANCHOR_END: wrong_gradients

// All weights and biases of a model in one row, and back.
inline Vector flat(const ch02::SoftmaxModel& model) {
  Vector all = model.weights.values;
  all.insert(all.end(), model.bias.begin(), model.bias.end());
  return all;
}

inline ch02::SoftmaxModel with_weights(ch02::SoftmaxModel model, const Vector& all) {
  const auto middle = all.begin() + static_cast<long>(model.weights.values.size());
  std::copy(all.begin(), middle, model.weights.values.begin());
  std::copy(middle, all.end(), model.bias.begin());
  return model;
}

}  // namespace ch03
