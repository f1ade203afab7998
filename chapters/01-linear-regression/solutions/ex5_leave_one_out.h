// Exercise 5: the error on a row that was held back, for every row, from one fit.
#pragma once

#include "01-linear-regression/solve.h"

namespace ex5 {

using ch01::Matrix;
using ch01::Vector;

inline Vector leave_one_out(const Matrix& x, const Vector& y) {
  const Matrix a = ch01::with_ones(x);
  const Matrix l = ch01::cholesky(ch01::multiply(ch01::transpose(a), a));
  Vector result = ch01::residuals(ch01::as_model(ch01::solve_qr(a, y)), x, y);
  for (std::size_t i = 0; i < a.rows; ++i) {
    Vector row(a.cols);
    for (std::size_t j = 0; j < a.cols; ++j) row[j] = a(i, j);
    const Vector u = ch01::solve_lower(l, row);
    result[i] /= 1 - ch01::dot(u, u);
  }
  return result;
}

}  // namespace ex5
