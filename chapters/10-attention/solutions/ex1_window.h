// Exercise 1 ★: a query that looks back no further than some symbols.
#pragma once

#include "10-attention/attention.h"

namespace ch10 {

// Causal attention in which a query sees itself and the `width` - 1 keys before it, and
// nothing else. What it does not see has weight 0. There are as many queries as keys.
//
// Set h.p and return the output, as Attention::forward does. Then Attention::backward is
// right as it is: why?
inline Matrix attend_window(Head& h, std::size_t width) {
  h.p = ch01::multiply(h.q, ch01::transpose(h.k));
  for (std::size_t i = 0; i < h.p.rows; ++i) {
    double* row = &h.p.values[i * h.p.cols];
    const std::size_t first = i + 1 > width ? i + 1 - width : 0;
    for (std::size_t j = 0; j < h.p.cols; ++j) row[j] *= h.scale();
    std::fill(row, row + first, 0.0);
    ch02::softmax(row + first, i + 1 - first, row + first);
    std::fill(row + i + 1, row + h.p.cols, 0.0);
  }
  return ch01::multiply(h.p, h.v);
}

}  // namespace ch10
