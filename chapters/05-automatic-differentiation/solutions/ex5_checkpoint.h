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
  Matrix value = f(constant(x->value))->value;  // its graph dies here
  return record(std::move(value), {x}, [f](Node& y) {
    const Variable again = parameter(y.in(0));
    backward(f(again), y.gradient);
    y.add(0, again->gradient);
  });
}

}  // namespace ch05
