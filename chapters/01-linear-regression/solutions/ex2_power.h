// Exercise 2: the steepest curvature without all the singular values.
#pragma once

#include <cmath>

#include "01-linear-regression/matrix.h"

namespace ex2 {

using ch01::Matrix;
using ch01::Vector;

// H v = 2/N Aᵀ(A v), [p].
inline Vector curve(const Matrix& a, const Vector& v) {
  const Vector along = ch01::multiply(a, v);  // [N]
  Vector result(a.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) {
      result[j] += 2 * along[i] * a(i, j) / static_cast<double>(a.rows);
    }
  }
  return result;
}

inline double largest_curvature(const Matrix& a, int rounds = 100) {
  Vector v(a.cols, 1 / std::sqrt(static_cast<double>(a.cols)));
  double length = 0;
  for (int round = 0; round < rounds; ++round) {
    v = curve(a, v);
    length = std::sqrt(ch01::dot(v, v));
    if (length == 0) break;
    for (double& value : v) value /= length;
  }
  return length;
}

}  // namespace ex2
