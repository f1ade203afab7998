// Exercise 4 ★★: reading from both ends.
#pragma once

#include <cstddef>
#include <vector>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// The steps of each sequence in the opposite order, and the padding where it was:
// sequence n of the batch has lengths[n] steps.
inline Sequence reversed(const Sequence& xs, const std::vector<std::size_t>& lengths) {
  Sequence turned = xs;
  for (std::size_t n = 0; n < lengths.size(); ++n) {
    for (std::size_t t = 0; t < lengths[n]; ++t) {
      const Matrix& from = xs[lengths[n] - 1 - t];
      for (std::size_t j = 0; j < from.cols; ++j) turned[t](n, j) = from(n, j);
    }
  }
  return turned;
}

// What a layer that reads forward and one that reads from the end say at each step,
// side by side: [T] of [N × 2H].
template <class Cell>
Sequence both_ways(const Recurrent<Cell>& ahead, const Recurrent<Cell>& back,
                   const Sequence& xs, const std::vector<std::size_t>& lengths) {
  const std::size_t rows = xs.front().rows, width = ahead.width();
  const Run forth = ahead.forward(xs, zero_state(rows, width));
  const Run from_end = back.forward(reversed(xs, lengths), zero_state(rows, width));
  Sequence said;
  for (const Step& s : from_end) said.push_back(s.after.h);
  said = reversed(said, lengths);
  Sequence both(xs.size(), Matrix(rows, 2 * width));
  for (std::size_t t = 0; t < xs.size(); ++t) {
    for (std::size_t n = 0; n < rows; ++n) {
      for (std::size_t j = 0; j < width; ++j) {
        both[t](n, j) = forth[t].after.h(n, j);
        both[t](n, width + j) = said[t](n, j);
      }
    }
  }
  return both;
}

}  // namespace ch07
