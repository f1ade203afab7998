// Exercise 3: scores divided by a temperature, and the slope of the loss in it.
#pragma once

#include <cstddef>
#include <vector>

#include "02-logistic-regression/softmax.h"

// The mean cross-entropy of softmax(logits / temperature), logits [N, K]. If `slope` is
// given it receives dL/d(temperature).
inline double loss_at_temperature(const ch01::Matrix& logits,
                                  const std::vector<int>& labels, double temperature,
                                  double* slope = nullptr) {
  ch01::Matrix scaled = logits, g;
  for (double& s : scaled.values) s /= temperature;
  const double loss = ch02::softmax_cross_entropy(scaled, labels, &g);
  if (slope) {
    // s = z / T, so ds/dT = -z / T² = -s / T, and every score depends on T.
    *slope = 0;
    for (std::size_t i = 0; i < g.values.size(); ++i)
      *slope -= g.values[i] * scaled.values[i] / temperature;
  }
  return loss;
}
