// The expression that the chapter works through on paper.
#pragma once

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// ANCHOR: hand
struct Hand {
  Variable a = parameter(2), b = parameter(-3);
  Variable c = a * b;
  Variable d = c + a;
  Variable loss = c * d;
};
// ANCHOR_END: hand

}  // namespace ch05
