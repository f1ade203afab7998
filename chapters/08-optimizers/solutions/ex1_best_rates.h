// Exercise 1 ★: the best rates, and what they cost.
#pragma once

#include <algorithm>
#include <cmath>

#include "08-optimizers/valleys.h"

namespace ch08 {

// By what a step of plain descent with this rate multiplies the slower of the two
// directions. 1 or more means that it does not arrive.
inline double slowest_factor(double flat, double steep, double rate) {
  return std::max(std::abs(1 - rate * flat), std::abs(1 - rate * steep));
}

// The fewest steps in which plain descent, at its best rate, brings the way down to the
// share `goal` of what it was.
inline int steps_of_descent(double flat, double steep, double goal) {
  return static_cast<int>(
      std::ceil(std::log(goal) / std::log(best_descent(flat, steep).factor)));
}

// The same with momentum at its best, without the extra factor of a double root.
inline int steps_of_momentum(double flat, double steep, double goal) {
  return static_cast<int>(
      std::ceil(std::log(goal) / std::log(best_momentum(flat, steep).factor)));
}

}  // namespace ch08
