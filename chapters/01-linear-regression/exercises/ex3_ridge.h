// Exercise 3: a price on large weights.
#pragma once

#include <limits>

#include "01-linear-regression/solve.h"

namespace ex3 {

using ch01::LinearModel;
using ch01::Matrix;
using ch01::Vector;

// The model with the least  (1/N) Σ r² + lambda Σ w²,  x [N, d], y [N], lambda >= 0.
// The bias costs nothing. Hint: d more rows below A, each with one sqrt(N lambda) in
// it, and d zeros below y, turn this into a plain least-squares problem for solve_qr.
inline LinearModel ridge(const Matrix& x, const Vector& y, double lambda) {
  (void)y;
  (void)lambda;
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  return {Vector(x.cols, unknown), unknown};  // yours to write
}

}  // namespace ex3
