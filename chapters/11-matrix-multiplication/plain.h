// Two ways to write three loops. The first is the definition, which everything else in
// this chapter is compared with.
#pragma once

#include <cstddef>

namespace ch11 {

// ANCHOR: product
// C [m × n] += A [m × k] B [k × n], all stored row after row. a_row is the distance
// from one row of A to the next, in numbers; it is k unless A is part of a larger
// matrix.
struct Product {
  std::size_t m, n, k;
  const double* a;
  std::size_t a_row;
  const double* b;
  std::size_t b_row;
  double* c;
  std::size_t c_row;
};
// ANCHOR_END: product

// ANCHOR: plain
inline void multiply_plain(const Product& x) {
  for (std::size_t i = 0; i < x.m; ++i) {
    for (std::size_t j = 0; j < x.n; ++j) {
      double sum = 0;
      for (std::size_t p = 0; p < x.k; ++p) {
        sum += x.a[i * x.a_row + p] * x.b[p * x.b_row + j];
      }
      x.c[i * x.c_row + j] += sum;
    }
  }
}
// ANCHOR_END: plain

// ANCHOR: rows
inline void multiply_rows(const Product& x) {
  for (std::size_t i = 0; i < x.m; ++i) {
    for (std::size_t p = 0; p < x.k; ++p) {
      const double a = x.a[i * x.a_row + p];
      const double* b = x.b + p * x.b_row;
      double* c = x.c + i * x.c_row;
      for (std::size_t j = 0; j < x.n; ++j) c[j] += a * b[j];
    }
  }
}
// ANCHOR_END: rows

// The rows [i0, i1) and columns [j0, j1) of C as a product of their own.
inline Product part(const Product& x, std::size_t i0, std::size_t i1, std::size_t j0,
                    std::size_t j1) {
  return {i1 - i0, j1 - j0,  x.k,     x.a + i0 * x.a_row,
          x.a_row, x.b + j0, x.b_row, x.c + i0 * x.c_row + j0,
          x.c_row};
}

// What tiles leave over: everything outside the first `rows` rows and `columns`
// columns.
inline void multiply_rest(const Product& x, std::size_t rows, std::size_t columns) {
  multiply_rows(part(x, 0, rows, columns, x.n));
  multiply_rows(part(x, rows, x.m, 0, x.n));
}

}  // namespace ch11
