// Exercise 3 ★★: sequences of different lengths in one batch.
#pragma once

#include "10-attention/attention.h"

namespace ch10 {

// Attention that is not causal, in a sequence of which only the first `length` rows are
// real; what follows is padding. No query sees a key of the padding, and the queries of
// the padding find nothing: rows of zeros, in h.p too.
inline Matrix attend_padded(Head& h, std::size_t length) {
  // Write: softmax over the first `length` keys, in the first `length` rows.
  (void)length;
  return Attention::forward(h);
}

}  // namespace ch10
