// Exercise 4 ★★★: a forward pass that does not turn its weights.
#pragma once

#include <cstddef>

#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

// Y [m × n] += X [m × k] · transpose(W), with W [n × k]: few rows of X, and many weights.
// multiply_add would copy all of W to turn it. But the transpose of Y is W · transpose(X),
// where X is what has to be turned, and W is read along its rows.
inline void forward_turned(std::size_t m, std::size_t n, std::size_t k, const double* x,
                           const double* w, double* y) {
  // Write: compute the transpose of the product into a matrix of zeros [n × m], with one
  // call of multiply_add, and add it to y.
  (void)m;
  (void)n;
  (void)k;
  (void)x;
  (void)w;
  (void)y;
}

}  // namespace ch11
