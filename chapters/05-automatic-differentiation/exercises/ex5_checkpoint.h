// Exercise 5 ★★★: computing again in place of remembering.
#pragma once

#include <functional>

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// f(x) as one node that keeps nothing of what f computed in between. When its gradient
// is there, f is computed again, and this time walked back. x must want a gradient.
// Parameters that f uses get theirs too.
inline Variable checkpoint(const std::function<Variable(const Variable& x)>& f,
                           const Variable& x) {
  // Write: the value of f on a constant, recorded with a rule that makes a parameter of
  // y.in(0), computes f of it, walks back from that with y.gradient, and hands on what
  // has arrived.
  return f(x);
}

}  // namespace ch05
