// Exercise 4 ★★: reading from both ends.
#pragma once

#include <cstddef>
#include <vector>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// The steps of each sequence in the opposite order, and the padding where it was:
// sequence n of the batch has lengths[n] steps.
inline Sequence reversed(const Sequence& xs, const std::vector<std::size_t>& lengths) {
  // Write. Turning the whole list round would put the padding first.
  (void)lengths;
  return Sequence(xs.rbegin(), xs.rend());
}

// What a layer that reads forward and one that reads from the end say at each step,
// side by side: [T] of [N × 2H].
template <class Cell>
Sequence both_ways(const Recurrent<Cell>& ahead, const Recurrent<Cell>& back,
                   const Sequence& xs, const std::vector<std::size_t>& lengths) {
  // Write: `back` reads the reversed sequence; what it says has to be turned round
  // again, so that both speak of the same step.
  (void)ahead, (void)back, (void)lengths;
  return xs;
}

}  // namespace ch07
