// Bugs for "Break it": each compiles, and the first two train.
#pragma once

#include <algorithm>
#include <cmath>

#include "03-checking-gradients/data.h"

namespace ch03 {

// ANCHOR: broken
// One sign slipped: the slope of the sigmoid is s (1 - s).
inline Table slope_with_plus(Table s) {
  for (auto& row : s) {
    for (double& v : row) v = v * (1 + v);
  }
  return s;
}

// The slope forgotten at the output.
inline Table slope_forgotten(const Table& error, const Table& /*slope*/) {
  return error;
}

// The checker's comparison without its first line.
inline double careless_relative_error(double a, double m, double floor) {
  return std::abs(a - m) / std::max({std::abs(a), std::abs(m), floor});
}
// ANCHOR_END: broken

}  // namespace ch03
