// Chapter 3's check, put to any expression.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "05-automatic-differentiation/variable.h"

namespace ch05 {

using Flat = std::vector<double>;

inline Flat values(const Parameters& parameters) {
  Flat flat;
  for (const Variable& p : parameters) {
    flat.insert(flat.end(), p->value.values.begin(), p->value.values.end());
  }
  return flat;
}

inline Flat gradients(const Parameters& parameters) {
  Flat flat;
  for (const Variable& p : parameters) {
    flat.insert(flat.end(), p->gradient.values.begin(), p->gradient.values.end());
  }
  return flat;
}

inline void set_values(const Parameters& parameters, const Flat& flat) {
  auto from = flat.begin();
  for (const Variable& p : parameters) {
    const auto to = from + static_cast<std::ptrdiff_t>(p->value.values.size());
    std::copy(from, to, p->value.values.begin());
    from = to;
  }
}

// ANCHOR: check
// Checks the gradients of `parameters` in the expression that `compute` computes. What
// comes out is projected at random: dL/dy is the projection itself.
inline ch03::CheckResult check(const Parameters& parameters,
                               const std::function<Variable()>& compute,
                               ch01::Random& random) {
  const Variable y = compute();
  Matrix dy = y->value;
  dy.values = ch03::random_projection(dy.values.size(), random);
  zero_gradients(parameters);
  backward(y, dy);
  const Flat at = values(parameters), analytic = gradients(parameters);
  const auto loss = [&](const Flat& moved) {
    set_values(parameters, moved);
    return ch03::project(dy.values, compute()->value.values);
  };
  const ch03::CheckResult result = ch03::check_gradient(loss, at, analytic);
  set_values(parameters, at);
  return result;
}
// ANCHOR_END: check

}  // namespace ch05
