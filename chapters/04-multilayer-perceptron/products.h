// The product that chapter 1 does not have: with a transposed left factor, added to
// what is there already. It is where the gradients of all weights come from.
#pragma once

#include <cstddef>

#include "01-linear-regression/matrix.h"

namespace ch04 {

using ch01::Matrix;

// ANCHOR: transposed_product
// C [m × n] += transpose(A) B, with A [N × m] and B [N × n]. The transpose is
// never formed, and the innermost loop runs along rows of B and C.
inline void add_transposed_product(const Matrix& a, const Matrix& b, Matrix& c) {
  ch01::require_match(a.rows == b.rows, "add_transposed_product", a, b);
  const bool fits = c.rows == a.cols && c.cols == b.cols;
  ch01::require_match(fits, "its result", c, Matrix(a.cols, b.cols));
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) c(k, j) += a(i, k) * b(i, j);
    }
  }
}
// ANCHOR_END: transposed_product

}  // namespace ch04
