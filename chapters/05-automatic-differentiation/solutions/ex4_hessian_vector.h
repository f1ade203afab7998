// Exercise 4 ★★★: slopes of slopes, forward over reverse.
#pragma once

#include <vector>

#include "05-automatic-differentiation/dual.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// The second derivatives of `loss` at `at`, times the direction v: how the gradient
// changes along v. Loss computes with a std::vector of any kind of number.
template <class Loss>
std::vector<double> hessian_vector(const Loss& loss, const std::vector<double>& at,
                                   const std::vector<double>& v) {
  Parameters x;
  std::vector<Dual<Variable>> moving;
  for (std::size_t i = 0; i < at.size(); ++i) {
    x.push_back(parameter(at[i]));
    moving.push_back({x[i], Variable(v[i])});
  }
  const Dual<Variable> y = loss(moving);
  std::vector<double> result(at.size());
  if (!y.slope->wanted) return result;  // the slope does not depend on x at all
  backward(y.slope);
  for (std::size_t i = 0; i < at.size(); ++i) result[i] = slope(x[i]);
  return result;
}

}  // namespace ch05
