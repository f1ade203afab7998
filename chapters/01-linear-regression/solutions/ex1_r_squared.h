// Exercise 1: how much of the spread of y does a model explain?
#pragma once

#include <stdexcept>

#include "01-linear-regression/matrix.h"

namespace ex1 {

using ch01::Vector;

// R² = 1 - Σ (y - predicted)² / Σ (y - mean of y)², both vectors [N].
inline double r_squared(const Vector& y, const Vector& predicted) {
  ch01::require_match(y.size() == predicted.size(), "r_squared", y, predicted);
  double mean = 0, left = 0, spread = 0;
  for (const double value : y) mean += value / static_cast<double>(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    left += (y[i] - predicted[i]) * (y[i] - predicted[i]);
    spread += (y[i] - mean) * (y[i] - mean);
  }
  if (!(spread > 0)) throw std::invalid_argument("r_squared: all y are the same");
  return 1 - left / spread;
}

}  // namespace ex1
