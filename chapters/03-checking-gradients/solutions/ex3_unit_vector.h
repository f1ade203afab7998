// Solution 3: the backward pass of a vector scaled to length 1.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace ch03 {

// y = x / |x|, where |x| is the length of x [n].
inline std::vector<double> unit_vector(std::vector<double> x) {
  double length = 0;
  for (double v : x) length += v * v;
  for (double& v : x) v /= std::sqrt(length);
  return x;
}

// dy_i/dx_j = (1 if i = j, minus y_i y_j) / |x|. Summed against dL/dy_i this gives
// dL/dx = (dy - y (y . dy)) / |x|: what points along y is taken out, because moving
// x along itself does not change y.
inline std::vector<double> unit_vector_backward(const std::vector<double>& x,
                                                const std::vector<double>& dy) {
  const std::vector<double> y = unit_vector(x);
  double length = 0, along = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    length += x[i] * x[i];
    along += y[i] * dy[i];
  }
  std::vector<double> dx(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    dx[i] = (dy[i] - y[i] * along) / std::sqrt(length);
  }
  return dx;
}

}  // namespace ch03
