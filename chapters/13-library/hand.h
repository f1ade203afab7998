// The example that is worked on paper.
#pragma once

#include "13-library/operations.h"

namespace ch13 {

// ANCHOR: hand
struct Hand {
  Tensor x{{2, 3}, {1, 2, 3, 4, 5, 6}};
  Tensor turned = transpose(x);          // [3 × 2]
  Tensor column = slice(x, 1, 1, 2);     // [2 × 1], the second column
  Tensor wide = expand(column, {2, 3});  // [2 × 3], three times the same column
  Tensor part = slice(turned, 0, 1, 3);  // [2 × 2], the last two rows of turned
};
// ANCHOR_END: hand

}  // namespace ch13
