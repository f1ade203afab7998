// Exercise 6 ★★★: long sequences in little memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

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
  const auto piece = [&](const Sequence& all, std::size_t c) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(c * chunk);
    const std::size_t count = std::min(chunk, all.size() - c * chunk);
    return Sequence(begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  const std::size_t chunks = (xs.size() + chunk - 1) / chunk;
  *longest = 0;
  std::vector<State> begins = {first};
  for (std::size_t c = 0; c + 1 < chunks; ++c) {
    const Run run = cells.forward(piece(xs, c), begins.back());
    *longest = std::max(*longest, run.size());
    begins.push_back(run.back().after);
  }
  for (std::size_t c = chunks; c-- > 0;) {
    const Run run = cells.forward(piece(xs, c), begins[c]);
    *longest = std::max(*longest, run.size());
    cells.backward(run, piece(dhs, c), d);
  }
}

}  // namespace ch07
