// Exercise 4 ★★★: slopes of slopes, forward over reverse.
#pragma once

#include <limits>
#include <vector>

#include "05-automatic-differentiation/dual.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// The second derivatives of `loss` at `at`, times the direction v: how the gradient
// changes along v. Loss computes with a std::vector of any kind of number.
template <class Loss>
std::vector<double> hessian_vector(const Loss& loss, const std::vector<double>& at,
                                   const std::vector<double>& v) {
  // Write: make a parameter of each entry of `at`, and of it a Dual<Variable> whose slope
  // is the entry of v. The slope of the loss is then the slope along v as a Variable.
  // Walk back from it.
  (void)loss, (void)v;
  return std::vector<double>(at.size(), std::numeric_limits<double>::quiet_NaN());
}

}  // namespace ch05
