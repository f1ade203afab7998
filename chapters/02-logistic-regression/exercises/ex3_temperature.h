// Exercise 3: scores divided by a temperature, and the slope of the loss in it.
#pragma once

#include <limits>
#include <vector>

#include "02-logistic-regression/softmax.h"

// The mean cross-entropy of softmax(logits / temperature), logits [N, K]. If `slope` is
// given it receives dL/d(temperature).
inline double loss_at_temperature(const ch01::Matrix& logits,
                                  const std::vector<int>& labels, double temperature,
                                  double* slope = nullptr) {
  // Your code here. softmax_cross_entropy gives you the slope in each scaled score;
  // the chain rule does the rest.
  (void)logits, (void)labels, (void)temperature;
  if (slope) *slope = std::numeric_limits<double>::quiet_NaN();
  return std::numeric_limits<double>::quiet_NaN();
}
