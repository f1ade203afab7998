// Exercise 1: how much of the spread of y does a model explain?
#pragma once

#include <limits>

#include "01-linear-regression/matrix.h"

namespace ex1 {

using ch01::Vector;

// R² = 1 - Σ (y - predicted)² / Σ (y - mean of y)², both vectors [N]. It is 1 for
// perfect predictions, 0 for those that are always the mean, and below 0 for worse.
// Throws std::invalid_argument if the sizes differ or all y are the same.
inline double r_squared(const Vector& y, const Vector& predicted) {
  (void)y;
  (void)predicted;
  return std::numeric_limits<double>::quiet_NaN();  // yours to write
}

}  // namespace ex1
