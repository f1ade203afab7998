// Exercise 1 ★: the best rates, and what they cost.
#pragma once

#include <cmath>

#include "08-optimizers/valleys.h"

namespace ch08 {

// By what a step of plain descent with this rate multiplies the slower of the two
// directions. 1 or more means that it does not arrive.
inline double slowest_factor(double flat, double steep, double rate) {
  // Write: one line.
  return flat + steep + rate;
}

// The fewest steps in which plain descent, at its best rate, brings the way down to the
// share `goal` of what it was.
inline int steps_of_descent(double flat, double steep, double goal) {
  // Write: with best_descent() and logarithms.
  return static_cast<int>(flat + steep + goal);
}

// The same with momentum at its best, without the extra factor of a double root.
inline int steps_of_momentum(double flat, double steep, double goal) {
  // Write: the same with best_momentum().
  return static_cast<int>(flat + steep + goal);
}

}  // namespace ch08
