// Two ways to a variance, in any kind of number.
#pragma once

#include "01-linear-regression/matrix.h"

namespace ch09 {

using ch01::Vector;

// ANCHOR: one_pass
// The mean of the squares less the square of the mean: one pass, and a difference of
// two numbers that may be nearly equal.
template <class Number>
Number one_pass_variance(const Vector& x) {
  Number sum = 0, squares = 0;
  for (double v : x) {
    sum += static_cast<Number>(v);
    squares += static_cast<Number>(v) * static_cast<Number>(v);
  }
  const Number n = static_cast<Number>(x.size());
  return squares / n - (sum / n) * (sum / n);
}
// ANCHOR_END: one_pass

template <class Number>
Number two_pass_variance(const Vector& x) {
  Number mean = 0, variance = 0;
  const Number n = static_cast<Number>(x.size());
  for (double v : x) mean += static_cast<Number>(v) / n;
  for (double v : x) {
    const Number off = static_cast<Number>(v) - mean;
    variance += off * off / n;
  }
  return variance;
}

}  // namespace ch09
