// Solution 5: the mean and the variance of numbers that come in parts.
#pragma once

#include "01-linear-regression/matrix.h"

namespace ch09 {

struct Seen {
  double count = 0, mean = 0, squares = 0;

  double variance() const { return squares / count; }
};

// To move the squares of a part to a mean that is d away costs count · d². With
// d_a = δ n_b/n and d_b = δ n_a/n, where δ is the distance of the means, both costs
// together are δ² n_a n_b/n.
inline Seen merged(const Seen& a, const Seen& b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const double n = a.count + b.count, delta = b.mean - a.mean;
  return {n, a.mean + delta * b.count / n,
          a.squares + b.squares + delta * delta * a.count * b.count / n};
}

}  // namespace ch09
