// Attention that never holds a row of weights: one key at a time.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "10-attention/attention.h"

namespace ch10 {

// ANCHOR: online
// The same as Attention::forward. Of each query it keeps the largest score so far, the
// sum of the exponentials and the sum of the values that they weigh.
inline Matrix attend_online(const Head& h) {
  Matrix out(h.q.rows, h.v.cols);
  for (std::size_t i = 0; i < h.q.rows; ++i) {
    double largest = -HUGE_VAL, sum = 0;
    double* o = &out.values[i * out.cols];
    for (std::size_t j = 0; j < h.seen(i); ++j) {
      double score = 0;
      for (std::size_t c = 0; c < h.q.cols; ++c) score += h.q(i, c) * h.k(j, c);
      score *= h.scale();
      if (score > largest) {  // what is there was measured against a smaller one
        const double shrink = std::exp(largest - score);
        sum *= shrink;
        for (std::size_t c = 0; c < out.cols; ++c) o[c] *= shrink;
        largest = score;
      }
      const double weight = std::exp(score - largest);
      sum += weight;
      for (std::size_t c = 0; c < out.cols; ++c) o[c] += weight * h.v(j, c);
    }
    for (std::size_t c = 0; c < out.cols; ++c) o[c] /= sum;
  }
  return out;
}
// ANCHOR_END: online

}  // namespace ch10
