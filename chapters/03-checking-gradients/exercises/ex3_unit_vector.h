// Exercise 3 (two stars): derive a backward pass, and let the checker judge it.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace ch03 {

// y = x / |x|, where |x| is the length of x [n].
inline std::vector<double> unit_vector(std::vector<double> x) {
  double length = 0;
  for (double v : x) length += v * v;
  for (double& v : x) v /= std::sqrt(length);
  return x;
}

// From x [n] and dy = dL/dy [n] to dL/dx [n].
inline std::vector<double> unit_vector_backward(const std::vector<double>& x,
                                                const std::vector<double>& dy) {
  (void)dy;
  return std::vector<double>(x.size(), 0.0);  // write this
}

}  // namespace ch03
