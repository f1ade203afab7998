// Exercise 1 ★: an axis of length 1, taken out and put in.
#pragma once

#include <cstddef>

#include "13-library/views.h"

namespace ch13 {

// x without the axis, which must have length 1 (std::invalid_argument if it has not).
// A view: no number is moved, and x may be one already.
inline Tensor squeeze(Tensor x, std::size_t axis) {
  require(axis < x.shape.size() && x.shape[axis] == 1, "squeeze", x.shape, {axis});
  const auto at = static_cast<std::ptrdiff_t>(axis);
  x.shape.erase(x.shape.begin() + at);
  x.strides.erase(x.strides.begin() + at);
  return x;
}

// x with a new axis of length 1 before the one named (or at the end).
inline Tensor unsqueeze(Tensor x, std::size_t axis) {
  require(axis <= x.shape.size(), "unsqueeze", x.shape, {axis});
  const auto at = static_cast<std::ptrdiff_t>(axis);
  x.shape.insert(x.shape.begin() + at, 1);
  x.strides.insert(x.strides.begin() + at, 0);  // any stride will do
  return x;
}

}  // namespace ch13
