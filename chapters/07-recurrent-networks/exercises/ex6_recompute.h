// Exercise 6 ★★★: long sequences in little memory.
#pragma once

#include <cstddef>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// Does what forward and backward do for a whole sequence, and never holds more than
// `chunk` steps at a time: on the way forward only the state at the beginning of each
// chunk is kept; on the way back each chunk is computed again. Adds to the gradients of
// the weights; `d` is as in Recurrent::backward. Sets `longest` to the largest number of
// steps that were held at once.
template <class Cell>
void backward_in_chunks(Recurrent<Cell>& cells, const Sequence& xs, const State& first,
                        const Sequence& dhs, std::size_t chunk, State& d,
                        std::size_t* longest) {
  // Write: cut xs and dhs into pieces. Unlike with truncation, d goes on from each
  // chunk to the one before it.
  (void)chunk;
  const Run run = cells.forward(xs, first);
  *longest = run.size();
  cells.backward(run, dhs, d);
}

}  // namespace ch07
