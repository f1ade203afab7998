// Exercise 3 ★★: a value without its history.
#pragma once

#include <cmath>

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// The value of x as a constant: what is computed from it hands nothing on to x.
inline Variable stop(const Variable& x) { return constant(x->value); }

// x rounded to whole numbers. The slope of rounding is 0 nearly everywhere and nothing
// would be learned through it; the gradient passes as if the rounding were not there.
inline Variable straight_through_round(const Variable& x) {
  Matrix rounded = x->value;
  for (double& v : rounded.values) v = std::round(v);
  return x + stop(constant(rounded) - x);
}

}  // namespace ch05
