// Solution 1: the second derivative of a function, from three values.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace ch03 {

// f(x + h) + f(x - h) = 2 f(x) + h^2 f''(x) + h^4 f''''(x) / 12 + ...
//
// The truncation error is h^2 f''''/12 and the rounding error about 4 epsilon f / h^2.
// They balance at h of the order of the fourth root of epsilon, 1.2e-4, where both are
// about 1e-8.
inline double second_derivative(const std::function<double(double)>& f, double x) {
  const double h = std::pow(std::numeric_limits<double>::epsilon(), 0.25) *
                   std::max(1.0, std::abs(x));
  return (f(x + h) - 2 * f(x) + f(x - h)) / (h * h);
}

}  // namespace ch03
