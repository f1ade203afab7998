// Matrices entry by entry, where a row, a column or a single number is stretched to the
// shape of its partner. No gradients yet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "01-linear-regression/matrix.h"

namespace ch05 {

using ch01::Matrix;

// ANCHOR: stretch
// Entry (i, j) of a matrix that is stretched: one row stands for all rows, one column
// for all columns.
inline double stretched(const Matrix& m, std::size_t i, std::size_t j) {
  return m(m.rows == 1 ? 0 : i, m.cols == 1 ? 0 : j);
}

// f of the entries of a and b, pair by pair.
template <class Function>
Matrix combine(const char* name, const Matrix& a, const Matrix& b, Function f) {
  const bool rows_fit = a.rows == b.rows || a.rows == 1 || b.rows == 1;
  const bool cols_fit = a.cols == b.cols || a.cols == 1 || b.cols == 1;
  ch01::require_match(rows_fit && cols_fit, name, a, b);
  Matrix y(std::max(a.rows, b.rows), std::max(a.cols, b.cols));
  for (std::size_t i = 0; i < y.rows; ++i) {
    for (std::size_t j = 0; j < y.cols; ++j) {
      y(i, j) = f(stretched(a, i, j), stretched(b, i, j));
    }
  }
  return y;
}
// ANCHOR_END: stretch

// ANCHOR: fold
// The way back: every entry of `part` is added where its value came from.
inline void fold(const Matrix& part, Matrix& to) {
  const bool rows_fit = to.rows == part.rows || to.rows == 1;
  const bool cols_fit = to.cols == part.cols || to.cols == 1;
  ch01::require_match(rows_fit && cols_fit, "fold", part, to);
  for (std::size_t i = 0; i < part.rows; ++i) {
    for (std::size_t j = 0; j < part.cols; ++j) {
      to(to.rows == 1 ? 0 : i, to.cols == 1 ? 0 : j) += part(i, j);
    }
  }
}
// ANCHOR_END: fold

inline Matrix times(const Matrix& a, const Matrix& b) {
  return combine("times", a, b, std::multiplies<double>());
}

inline Matrix over(const Matrix& a, const Matrix& b) {
  return combine("over", a, b, std::divides<double>());
}

}  // namespace ch05
