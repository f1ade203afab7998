// Exercise 1: how often the right class is among the k highest scores.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"

// The share of the rows of logits [N, K] in which fewer than k scores are higher than
// the score of the row's label. With k = 1 that is accuracy, with k = K it is 1.
inline double top_k_accuracy(const ch01::Matrix& logits, const std::vector<int>& labels,
                             std::size_t k) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < logits.rows; ++i) {
    const double own = logits(i, static_cast<std::size_t>(labels[i]));
    std::size_t above = 0;
    for (std::size_t j = 0; j < logits.cols; ++j) above += logits(i, j) > own;
    right += above < k;
  }
  return static_cast<double>(right) / static_cast<double>(logits.rows);
}
