// What a step costs: numbers kept, multiplications, time.
#pragma once

#include <algorithm>
#include <cstddef>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// Multiplications of one step of one sequence, forward.
template <class Cell>
std::size_t multiplications(std::size_t in, std::size_t width) {
  return Cell::kBlocks * width * (in + width);
}

// Numbers that a Step keeps for each sequence.
inline std::size_t kept(const Step& s) {
  const auto size = [](const Matrix& m) { return m.values.size(); };
  const std::size_t states =
      size(s.before.h) + size(s.before.c) + size(s.after.h) + size(s.after.c);
  return (size(s.x) + states + size(s.gates) + size(s.q)) / s.x.rows;
}

// The inputs of all steps under one another: [T·N × d].
inline Matrix stack(const Sequence& xs) {
  Matrix all(xs.size() * xs.front().rows, xs.front().cols);
  auto to = all.values.begin();
  for (const Matrix& x : xs) to = std::copy(x.values.begin(), x.values.end(), to);
  return all;
}

}  // namespace ch07
