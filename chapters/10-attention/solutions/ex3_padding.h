// Exercise 3 ★★: sequences of different lengths in one batch.
#pragma once

#include "10-attention/attention.h"

namespace ch10 {

// Attention that is not causal, in a sequence of which only the first `length` rows are
// real; what follows is padding. No query sees a key of the padding, and the queries of
// the padding find nothing: rows of zeros, in h.p too.
inline Matrix attend_padded(Head& h, std::size_t length) {
  const Matrix scores = ch01::multiply(h.q, ch01::transpose(h.k));
  h.p = Matrix(h.q.rows, h.k.rows);
  for (std::size_t i = 0; i < length; ++i) {
    double* row = &h.p.values[i * h.p.cols];
    for (std::size_t j = 0; j < length; ++j) row[j] = h.scale() * scores(i, j);
    ch02::softmax(row, length, row);
  }
  return ch01::multiply(h.p, h.v);
}

}  // namespace ch10
