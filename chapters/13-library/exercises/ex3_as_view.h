// Exercise 3 ★★★: reshape without a copy, wherever that can be.
#pragma once

#include <cstddef>

#include "13-library/views.h"

namespace ch13 {

// Can the axes `shape` with these strides be read as one axis?
inline bool is_one_axis(const Shape& shape, const Strides& strides) {
  // Write: each axis must begin where the one after it ends. Axes of length 1 are in
  // nobody's way, and their strides mean nothing.
  (void)shape, (void)strides;
  return false;
}

// x as a view of the shape [x.size()] if it can be, else a copy of it.
inline Tensor flatten(const Tensor& x) {
  // Write: which stride has the one axis?
  return reshape(x, {x.size()});
}

}  // namespace ch13
