// Matrices and vectors of doubles: the only data structure of this chapter.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace ch01 {

using Vector = std::vector<double>;

// ANCHOR: matrix
// A rows × cols table, stored row after row in one array.
struct Matrix {
  std::size_t rows = 0, cols = 0;
  std::vector<double> values;  // [rows * cols]

  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols, double fill = 0)
      : rows(rows), cols(cols), values(rows * cols, fill) {}

  double& operator()(std::size_t i, std::size_t j) { return values[i * cols + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
};
// ANCHOR_END: matrix

inline std::string shape(const Matrix& a) {
  return "[" + std::to_string(a.rows) + ", " + std::to_string(a.cols) + "]";
}

template <typename T>
std::string shape(const std::vector<T>& x) {
  return "[" + std::to_string(x.size()) + "]";
}

template <typename A, typename B>
void require_match(bool fits, const char* operation, const A& a, const B& b) {
  if (fits) return;
  throw std::invalid_argument(std::string(operation) + ": shapes " + shape(a) +
                              " and " + shape(b) + " do not match");
}

// ANCHOR: products
inline double dot(const Vector& a, const Vector& b) {
  require_match(a.size() == b.size(), "dot", a, b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// A [m, n] times x [n] gives [m].
inline Vector multiply(const Matrix& a, const Vector& x) {
  require_match(a.cols == x.size(), "multiply", a, x);
  Vector result(a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < a.cols; ++j) sum += a(i, j) * x[j];
    result[i] = sum;
  }
  return result;
}
// ANCHOR_END: products

// A [m, k] times B [k, n] gives [m, n].
inline Matrix multiply(const Matrix& a, const Matrix& b) {
  require_match(a.cols == b.rows, "multiply", a, b);
  Matrix result(a.rows, b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}

inline Matrix transpose(const Matrix& a) {
  Matrix result(a.cols, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) result(j, i) = a(i, j);
  }
  return result;
}

}  // namespace ch01
