// Exercise 5 ★★★: what a stretch of layers keeps, computed again in place of kept.
#pragma once

#include <functional>

#include "13-library/operations.h"

namespace ch13 {

using Function = std::function<Variable(const Variable& x)>;

// f(x) as one node that keeps only x. f's parameters get their gradients as well.
inline Variable checkpoint(const Function& f, const Variable& x) {
  // Its operations are dropped with this variable; only the numbers are kept.
  const Tensor value = f(Variable(x.value)).value;
  // The parameters of f want a gradient even where x does not.
  Variable source = x;
  if (source.node == nullptr) source = parameter(x.value);
  return record(value, {source}, [f, kept = Saved(x.value)](Node& y) {
    const Variable again = parameter(kept.get());
    backward(f(again), y.gradient);
    y.add(0, again.gradient());
  });
}

}  // namespace ch13
