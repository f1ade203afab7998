// Exercise 4: cross-entropy with smoothed labels.
#pragma once

#include <limits>
#include <vector>

#include "02-logistic-regression/softmax.h"

// The mean cross-entropy against a target that gives 1 - epsilon to the label and then
// spreads epsilon evenly over all K classes. If `gradient` [N, K] is given it receives
// the slopes in the logits [N, K].
inline double smoothed_cross_entropy(const ch01::Matrix& logits,
                                     const std::vector<int>& labels, double epsilon,
                                     ch01::Matrix* gradient = nullptr) {
  // Your code here. The loss of a row is log_sum_exp(z) - sum of target · z, because
  // the target sums to one. What is its slope?
  (void)labels, (void)epsilon;
  if (gradient) *gradient = ch01::Matrix(logits.rows, logits.cols);
  return std::numeric_limits<double>::quiet_NaN();
}
