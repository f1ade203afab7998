// Exercise 4 ★★: positions as rotations of queries and keys.
#pragma once

#include <cmath>
#include <cstddef>

#include "01-linear-regression/matrix.h"

namespace ch10 {

using ch01::Matrix;

// Rotates the pair of columns 2i and 2i + 1 of row t by the angle (first + t) · speed,
// with speed = 10000^(-2i/d):
//
//   (a, b) becomes (a cos - b sin, a sin + b cos)
//
// x is [T × d] with d even. The dot product of a rotated query and a rotated key depends
// on how far they are apart, and not on where they stand.
inline Matrix rotate(Matrix x, double first) {
  // Write: the rotation of every pair.
  (void)first;
  return x;
}

// From dL/d(rotated), dL/dx. A rotation's transpose is the rotation back.
inline Matrix rotate_backward(Matrix dy, double first) {
  // Write: one sign is different.
  (void)first;
  return dy;
}

}  // namespace ch10
