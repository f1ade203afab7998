// Solution 4: a forward pass that does not turn its weights.
#pragma once

#include <cstddef>
#include <vector>

#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

inline void forward_turned(std::size_t m, std::size_t n, std::size_t k, const double* x,
                           const double* w, double* y) {
  std::vector<double> turned(n * m);
  multiply_add(n, m, k, by_rows(w, k), by_rows(x, k).transposed(), turned.data(), m);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) y[i * n + j] += turned[j * m + i];
  }
}

}  // namespace ch11
