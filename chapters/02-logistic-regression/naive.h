// The formulas typed in as they stand on paper. They are right on paper.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch02 {

// ANCHOR: naive
inline double naive_binary_cross_entropy(double z, int y) {
  const double p = 1 / (1 + std::exp(-z));
  return y == 1 ? -std::log(p) : -std::log(1 - p);
}

inline void naive_softmax(const double* z, std::size_t n, double* p) {
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) sum += p[k] = std::exp(z[k]);
  for (std::size_t k = 0; k < n; ++k) p[k] /= sum;
}
// ANCHOR_END: naive

inline double naive_softmax_cross_entropy(const ch01::Matrix& logits,
                                          const std::vector<int>& labels,
                                          ch01::Matrix* gradient) {
  ch01::Matrix p = logits;  // [N, K]
  double loss = 0;
  for (std::size_t i = 0; i < p.rows; ++i) {
    naive_softmax(&logits.values[i * p.cols], p.cols, &p.values[i * p.cols]);
    const std::size_t label = static_cast<std::size_t>(labels[i]);
    loss -= std::log(p(i, label));
    p(i, label) -= 1;
  }
  for (double& g : p.values) g /= static_cast<double>(p.rows);
  if (gradient) *gradient = p;
  return loss / static_cast<double>(p.rows);
}

}  // namespace ch02
