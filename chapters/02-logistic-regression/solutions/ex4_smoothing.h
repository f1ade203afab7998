// Exercise 4: cross-entropy with smoothed labels.
#pragma once

#include <cstddef>
#include <vector>

#include "02-logistic-regression/softmax.h"

// The mean cross-entropy against a target that gives 1 - epsilon to the label and then
// spreads epsilon evenly over all K classes. If `gradient` [N, K] is given it receives
// the slopes in the logits [N, K].
inline double smoothed_cross_entropy(const ch01::Matrix& logits,
                                     const std::vector<int>& labels, double epsilon,
                                     ch01::Matrix* gradient = nullptr) {
  const std::size_t n = logits.rows, classes = logits.cols;
  if (gradient) *gradient = ch01::Matrix(n, classes);
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double* z = &logits.values[i * classes];
    ch01::Vector p(classes);
    ch02::softmax(z, classes, p.data());
    loss += ch02::log_sum_exp(z, classes);
    for (std::size_t k = 0; k < classes; ++k) {
      const bool is_label = k == static_cast<std::size_t>(labels[i]);
      const double target =
          (is_label ? 1 - epsilon : 0) + epsilon / static_cast<double>(classes);
      loss -= target * z[k];
      if (gradient) (*gradient)(i, k) = (p[k] - target) / static_cast<double>(n);
    }
  }
  return loss / static_cast<double>(n);
}
