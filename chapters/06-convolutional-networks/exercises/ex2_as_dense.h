// Exercise 2 ★★: a convolution is a dense layer that shares its weights.
#pragma once

#include <cstddef>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

// The weights [out.size() × in.size()] of the dense layer that computes, but for the
// bias, what Conv2d(in, window, filters) computes. `filters` is [O × C·K·K].
inline Matrix as_dense(const Shape& in, const Window& window, const Matrix& filters) {
  const Shape out = after(in, window, filters.rows);
  Matrix weights(out.size(), in.size());
  // Write: for each filter o, place (i, j), channel c and weight (p, q), which row and
  // which column of the dense layer does the weight belong to? Pixels of the frame have
  // no column.
  return weights;
}

}  // namespace ch06
