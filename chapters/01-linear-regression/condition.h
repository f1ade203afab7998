// How near the columns of a matrix are to being dependent, as a number.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "01-linear-regression/matrix.h"

namespace ch01 {

// ANCHOR: rotation
// Rotates columns j and k of A [N, p] in their plane until they are perpendicular.
// False if they were already, as far as doubles can tell.
inline bool make_perpendicular(Matrix& a, std::size_t j, std::size_t k) {
  double jj = 0, kk = 0, jk = 0;  // each column times itself, and the two together
  for (std::size_t i = 0; i < a.rows; ++i) {
    jj += a(i, j) * a(i, j);
    kk += a(i, k) * a(i, k);
    jk += a(i, j) * a(i, k);
  }
  if (std::abs(jk) <= 1e-15 * std::sqrt(jj * kk)) return false;
  const double zeta = (kk - jj) / (2 * jk);
  const double tangent =
      std::copysign(1.0, zeta) / (std::abs(zeta) + std::hypot(1, zeta));
  const double cosine = 1 / std::hypot(1, tangent), sine = cosine * tangent;
  for (std::size_t i = 0; i < a.rows; ++i) {
    const double old = a(i, j);
    a(i, j) = cosine * old - sine * a(i, k);
    a(i, k) = sine * old + cosine * a(i, k);
  }
  return true;
}
// ANCHOR_END: rotation

// ANCHOR: singular_values
// [p], largest first, of A [N, p]: the lengths of its columns once rotations have made
// them perpendicular to one another (Jacobi's method, one-sided).
inline Vector singular_values(Matrix a) {
  bool turned = true;
  for (int sweep = 0; turned && sweep < 60; ++sweep) {
    turned = false;
    for (std::size_t j = 0; j < a.cols; ++j) {
      for (std::size_t k = j + 1; k < a.cols; ++k) {
        if (make_perpendicular(a, j, k)) turned = true;
      }
    }
  }
  Vector lengths(a.cols);
  for (std::size_t j = 0; j < a.cols; ++j) {
    for (std::size_t i = 0; i < a.rows; ++i) lengths[j] += a(i, j) * a(i, j);
    lengths[j] = std::sqrt(lengths[j]);
  }
  std::sort(lengths.begin(), lengths.end(), std::greater<double>());
  return lengths;
}
// ANCHOR_END: singular_values

inline double condition_number(const Matrix& a) {
  const Vector sigma = singular_values(a);
  return sigma.front() / sigma.back();
}

// The largest eigenvalue of H = 2/N AᵀA, where the learning rate has its limit.
inline double largest_curvature(const Matrix& a) {
  const double sigma = singular_values(a).front();
  return 2 * sigma * sigma / static_cast<double>(a.rows);
}

}  // namespace ch01
