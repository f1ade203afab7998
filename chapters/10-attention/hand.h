// The example that the chapter works through on paper: one query, three keys.
#pragma once

#include <cmath>

#include "10-attention/attention.h"

namespace ch10 {

// ANCHOR: hand
template <class A = Attention>
struct Hand {
  Head head;
  Matrix found;  // [1 × 1]
  HeadSlopes d;  // for a loss that grows as fast as what was found

  Hand() {
    head.q = Matrix(1, 4);
    head.q(0, 0) = std::log(4.0);
    head.k = Matrix(3, 4);
    for (std::size_t j = 0; j < 3; ++j) head.k(j, j) = 1;
    head.v = Matrix(3, 1);
    head.v.values = {4, 8, 0};
    found = A::forward(head);
    d = A::backward(head, Matrix(1, 1, 1.0));
  }
};
// ANCHOR_END: hand

}  // namespace ch10
