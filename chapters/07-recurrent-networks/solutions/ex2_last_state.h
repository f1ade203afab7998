// Exercise 2 ★★: one answer for a whole string.
#pragma once

#include <cstddef>
#include <vector>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// The state h [N × H] after the last step of each sequence, where sequence n of the
// batch has lengths[n] steps and the rest is padding.
inline Matrix last_states(const Run& run, const std::vector<std::size_t>& lengths) {
  Matrix last = run.back().after.h;
  for (std::size_t n = 0; n < last.rows; ++n) {
    const Matrix& h = run[lengths[n] - 1].after.h;
    for (std::size_t j = 0; j < last.cols; ++j) last(n, j) = h(n, j);
  }
  return last;
}

// The way back: from dL/dlast [N × H], what arrives at the h of every step.
inline Sequence last_states_backward(const Run& run,
                                     const std::vector<std::size_t>& lengths,
                                     const Matrix& dlast) {
  Sequence dhs(run.size(), Matrix(dlast.rows, dlast.cols));
  for (std::size_t n = 0; n < dlast.rows; ++n) {
    Matrix& dh = dhs[lengths[n] - 1];
    for (std::size_t j = 0; j < dlast.cols; ++j) dh(n, j) = dlast(n, j);
  }
  return dhs;
}

}  // namespace ch07
