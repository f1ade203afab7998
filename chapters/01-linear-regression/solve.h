// The best line without a descent: least squares by the normal equations and by QR.
#pragma once

#include <cmath>
#include <limits>
#include <stdexcept>

#include "01-linear-regression/linear_model.h"

namespace ch01 {

// ANCHOR: with_ones
// A = [X 1], [N, d + 1]: the bias becomes the weight of a feature that is always 1.
inline Matrix with_ones(const Matrix& x) {
  Matrix a(x.rows, x.cols + 1, 1.0);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) a(i, j) = x(i, j);
  }
  return a;
}

// theta [d + 1] holds the weights and then the bias.
inline LinearModel as_model(const Vector& theta) {
  return {Vector(theta.begin(), theta.end() - 1), theta.back()};
}
// ANCHOR_END: with_ones

// What is left of column `j` when the columns before it are taken out, beside what was
// there: if that is no more than rounding, the column brings nothing new.
inline void require_independent(double left, double before, const char* method,
                                std::size_t j) {
  if (left > 10 * std::numeric_limits<double>::epsilon() * before) return;
  throw std::domain_error(std::string(method) + ": column " + std::to_string(j) +
                          " is, as far as doubles can tell, a combination of the "
                          "columns before it; drop it");
}

// ANCHOR: cholesky
// G = L Lᵀ for a symmetric positive definite G [p, p]; L is lower triangular.
inline Matrix cholesky(const Matrix& g) {
  Matrix l(g.rows, g.rows);
  for (std::size_t j = 0; j < g.rows; ++j) {
    for (std::size_t i = j; i < g.rows; ++i) {
      double rest = g(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= l(i, k) * l(j, k);
      if (i == j) require_independent(rest, g(j, j), "cholesky", j);
      l(i, j) = i == j ? std::sqrt(rest) : rest / l(j, j);
    }
  }
  return l;
}
// ANCHOR_END: cholesky

// ANCHOR: triangular
// Solves U x = c for an upper triangular U: its top p rows [p, p], from the last up.
inline Vector solve_upper(const Matrix& u, const Vector& c) {
  Vector x(u.cols);
  for (std::size_t i = u.cols; i-- > 0;) {
    double rest = c[i];
    for (std::size_t k = i + 1; k < u.cols; ++k) rest -= u(i, k) * x[k];
    x[i] = rest / u(i, i);
  }
  return x;
}

// Solves L x = c for a lower triangular L [p, p], from the first row down.
inline Vector solve_lower(const Matrix& l, const Vector& c) {
  Vector x(l.cols);
  for (std::size_t i = 0; i < l.cols; ++i) {
    double rest = c[i];
    for (std::size_t k = 0; k < i; ++k) rest -= l(i, k) * x[k];
    x[i] = rest / l(i, i);
  }
  return x;
}
// ANCHOR_END: triangular

// ANCHOR: normal_equations
// Least squares for A [N, p], y [N]: solves AᵀA theta = Aᵀy.
inline Vector solve_normal_equations(const Matrix& a, const Vector& y) {
  const Matrix at = transpose(a);
  const Matrix l = cholesky(multiply(at, a));
  return solve_upper(transpose(l), solve_lower(l, multiply(at, y)));
}
// ANCHOR_END: normal_equations

// ANCHOR: reflector
// The reflection that sends column j of A, from row j down, onto its first entry:
// x -> x - beta v (v·x), with v [N - j]. beta = 0 if the column is all zeros.
struct Reflector {
  Vector v;
  double beta = 0;
};

inline Reflector reflector(const Matrix& a, std::size_t j) {
  Reflector h{Vector(a.rows - j), 0};
  for (std::size_t i = j; i < a.rows; ++i) h.v[i - j] = a(i, j);
  const double length = std::sqrt(dot(h.v, h.v));
  // Away from zero: a sum of equal signs loses no digits.
  h.v[0] += h.v[0] < 0 ? -length : length;
  if (length > 0) h.beta = 2 / dot(h.v, h.v);
  return h;
}
// ANCHOR_END: reflector

// ANCHOR: reflect
// Applies H to columns `from` and later of A, in its rows j and below. Rows are the
// inner loop, because they are what lies together in memory.
inline void reflect(const Reflector& h, Matrix& a, std::size_t j, std::size_t from) {
  Vector along(a.cols);  // beta times v·(each column)
  for (std::size_t i = j; i < a.rows; ++i) {
    for (std::size_t k = from; k < a.cols; ++k) {
      along[k] += h.beta * h.v[i - j] * a(i, k);
    }
  }
  for (std::size_t i = j; i < a.rows; ++i) {
    for (std::size_t k = from; k < a.cols; ++k) a(i, k) -= h.v[i - j] * along[k];
  }
}
// ANCHOR_END: reflect

// ANCHOR: qr
// Least squares for A [N, p], y [N] by Householder's QR: reflections turn A into R and
// y into Qᵀy, and then R theta = Qᵀy.
inline Vector solve_qr(Matrix a, const Vector& y) {
  require_match(a.rows == y.size() && a.rows >= a.cols, "solve_qr", a, y);
  Matrix c(y.size(), 1);
  c.values = y;
  for (std::size_t j = 0; j < a.cols; ++j) {
    double before = 0;  // the length of column j, which reflections do not change
    for (std::size_t i = 0; i < a.rows; ++i) before += a(i, j) * a(i, j);
    const Reflector h = reflector(a, j);
    reflect(h, a, j, j);
    reflect(h, c, j, 0);
    require_independent(std::abs(a(j, j)), std::sqrt(before), "solve_qr", j);
  }
  return solve_upper(a, c.values);
}
// ANCHOR_END: qr

}  // namespace ch01
