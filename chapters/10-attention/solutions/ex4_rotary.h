// Exercise 4 ★★: positions as rotations of queries and keys.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>

#include "01-linear-regression/matrix.h"

namespace ch10 {

using ch01::Matrix;

namespace detail {

inline Matrix turn(Matrix x, double first, double direction) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    for (std::size_t j = 0; j + 1 < x.cols; j += 2) {
      const double share = static_cast<double>(j) / static_cast<double>(x.cols);
      const double angle = (first + static_cast<double>(t)) * std::pow(10000, -share);
      const double c = std::cos(angle), s = direction * std::sin(angle);
      const double a = x(t, j), b = x(t, j + 1);
      x(t, j) = a * c - b * s;
      x(t, j + 1) = a * s + b * c;
    }
  }
  return x;
}

}  // namespace detail

// Rotates the pair of columns 2i and 2i + 1 of row t by the angle (first + t) · speed,
// with speed = 10000^(-2i/d):
//
//   (a, b) becomes (a cos - b sin, a sin + b cos)
//
// x is [T × d] with d even. The dot product of a rotated query and a rotated key depends
// on how far they are apart, and not on where they stand.
inline Matrix rotate(Matrix x, double first) {
  return detail::turn(std::move(x), first, 1);
}

// From dL/d(rotated), dL/dx. A rotation's transpose is the rotation back.
inline Matrix rotate_backward(Matrix dy, double first) {
  return detail::turn(std::move(dy), first, -1);
}

}  // namespace ch10
