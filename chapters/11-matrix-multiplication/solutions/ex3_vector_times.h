// Solution 3: a single row times a matrix, at the speed of memory.
#pragma once

#include <cstddef>

namespace ch11 {

inline void row_times(std::size_t n, std::size_t k, const double* a, const double* b,
                      std::size_t b_row, double* c) {
  std::size_t p = 0;
  for (; p + 4 <= k; p += 4) {
    const double *b0 = b + p * b_row, *b1 = b0 + b_row, *b2 = b1 + b_row;
    const double* b3 = b2 + b_row;
    const double a0 = a[p], a1 = a[p + 1], a2 = a[p + 2], a3 = a[p + 3];
    for (std::size_t j = 0; j < n; ++j) {
      c[j] += (a0 * b0[j] + a1 * b1[j]) + (a2 * b2[j] + a3 * b3[j]);
    }
  }
  for (; p < k; ++p) {
    for (std::size_t j = 0; j < n; ++j) c[j] += a[p] * b[p * b_row + j];
  }
}

}  // namespace ch11
