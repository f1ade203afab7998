// Solution 2: a difference quotient whose error falls with h^4.
#pragma once

#include <cmath>
#include <functional>
#include <limits>

namespace ch03 {

// C(h) = f' + h^2 f'''/6 + O(h^4) and C(2h) = f' + 4 h^2 f'''/6 + O(h^4), so that
// (4 C(h) - C(2h)) / 3 = f' + O(h^4).
inline double five_point_difference(const std::function<double(double)>& f, double x,
                                    double h) {
  const double narrow = (f(x + h) - f(x - h)) / (2 * h);
  const double wide = (f(x + 2 * h) - f(x - 2 * h)) / (4 * h);
  return (4 * narrow - wide) / 3;
}

// h^4 against epsilon / h: the fifth root of epsilon.
inline double five_point_step() {
  return std::pow(std::numeric_limits<double>::epsilon(), 0.2);
}

}  // namespace ch03
