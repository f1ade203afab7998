// Views: other ways to look at the same numbers.
#pragma once

#include <cstddef>
#include <utility>

#include "13-library/loops.h"
#include "13-library/tensor.h"

namespace ch13 {

// ANCHOR: transpose
inline Tensor transpose(Tensor x) {
  require(x.shape.size() == 2, "transpose", x.shape, {0, 0});
  std::swap(x.shape[0], x.shape[1]);
  std::swap(x.strides[0], x.strides[1]);
  return x;
}

// The part of an axis from `first` up to, but without, `last`.
inline Tensor slice(Tensor x, std::size_t axis, std::size_t first, std::size_t last) {
  const bool fits = axis < x.shape.size() && first <= last && last <= x.shape[axis];
  require(fits, "slice", x.shape, {first, last});
  x.shape[axis] = last - first;
  x.offset += first * x.strides[axis];
  return x;
}
// ANCHOR_END: transpose

// ANCHOR: expand
// One number stands for all along an axis that is stretched: the next one is no step
// away.
inline Tensor expand(const Tensor& x, const Shape& shape) {
  require(broadcast("expand", x.shape, shape) == shape, "expand", x.shape, shape);
  Tensor wide = x;
  wide.shape = shape;
  wide.strides.assign(shape.size(), 0);
  const std::size_t added = shape.size() - x.shape.size();
  for (std::size_t k = 0; k < x.shape.size(); ++k) {
    if (x.shape[k] == shape[added + k]) wide.strides[added + k] = x.strides[k];
  }
  return wide;
}
// ANCHOR_END: expand

// ANCHOR: reshape
// The same numbers in memory of their own, in order.
inline Tensor copy(const Tensor& x) {
  return map(x, [](double v) { return v; });
}

// A view where the numbers lie in order, and a copy where they do not.
inline Tensor reshape(const Tensor& x, const Shape& shape) {
  require(count_of(shape) == x.size(), "reshape", x.shape, shape);
  Tensor y = x.in_order() ? x : copy(x);
  y.shape = shape;
  y.strides = row_major(shape);
  return y;
}
// ANCHOR_END: reshape

}  // namespace ch13
