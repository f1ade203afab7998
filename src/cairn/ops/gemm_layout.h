#pragma once

#include <algorithm>

#include <cairn/core/tensor.h>
#include <cairn/kernels/gemm/gemm.h>

namespace cairn::detail {

/// How gemm reads a matrix: its rows contiguous, or its columns, and then transposed.
struct GemmLayout {
  Trans trans = Trans::no;
  std::int64_t lead = 1;  ///< distance from one row of the memory to the next
};

/// The layout of t's last two dimensions; false where their strides allow neither way,
/// so that a contiguous copy must be made.
inline bool gemm_layout(const Tensor& t, GemmLayout& out) {
  const int d = t.dim();
  const std::int64_t rows = t.shape()[d - 2], columns = t.shape()[d - 1];
  const std::int64_t down = t.strides()[d - 2], right = t.strides()[d - 1];
  const std::int64_t one = 1;
  if ((right == 1 || columns == 1) && (down >= columns || rows == 1)) {
    out = {Trans::no, std::max({down, columns, one})};
    return true;
  }
  if ((down == 1 || rows == 1) && (right >= rows || columns == 1)) {
    out = {Trans::yes, std::max({right, rows, one})};
    return true;
  }
  return false;
}

inline Trans flipped(Trans t) { return t == Trans::no ? Trans::yes : Trans::no; }

}  // namespace cairn::detail
