// Exercise 6 ★: the gradient of a loop that decides for itself when to stop.
#pragma once

#include <cmath>

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// The square root by Newton's method: begin at 1 and replace y by (y + x/y)/2 until it
// changes by less than a trillionth of itself. `rounds` counts.
inline Variable newton_root(const Variable& x, int* rounds) {
  // Write: the loop. The decision to go on is made on plain numbers, by number().
  *rounds = 0;
  return x;
}

}  // namespace ch05
