// Exercise 1 (one star): the second derivative of a function, from three values.
#pragma once

#include <functional>
#include <limits>

namespace ch03 {

// f''(x) from f(x - h), f(x) and f(x + h). Choose h so that truncation and rounding
// balance: it is neither the root nor the cube root of epsilon.
inline double second_derivative(const std::function<double(double)>& f, double x) {
  (void)f, (void)x;
  return std::numeric_limits<double>::quiet_NaN();  // write this
}

}  // namespace ch03
