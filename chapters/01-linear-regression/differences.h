// The slope of a function from two of its values: the check on every derivation.
#pragma once

#include <functional>

#include "01-linear-regression/matrix.h"

namespace ch01 {

// ANCHOR: difference
// How fast f changes with entry j of `at`, from its values a little to either side.
inline double central_difference(const std::function<double(const Vector&)>& f,
                                 Vector at, std::size_t j, double h = 1e-3) {
  const double middle = at[j];
  at[j] = middle + h;
  const double above = f(at);
  at[j] = middle - h;
  const double below = f(at);
  return (above - below) / (2 * h);
}
// ANCHOR_END: difference

}  // namespace ch01
