// Solution 5: find the one wrong entry of a long gradient by halving.
#pragma once

#include <cstddef>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"

namespace ch03 {

// The culprit lies in [from, to). If the lower half passes along a direction that is
// zero outside it, the culprit lies in the upper half.
inline std::size_t find_culprit(const Loss& loss, const Vector& at,
                                const Vector& analytic, ch01::Random& random) {
  std::size_t from = 0, to = at.size();
  while (to - from > 1) {
    const std::size_t middle = from + (to - from) / 2;
    Vector direction = random_projection(at.size(), random);
    for (std::size_t i = 0; i < direction.size(); ++i) {
      if (i < from || i >= middle) direction[i] = 0;
    }
    if (check_along(loss, at, analytic, direction).passed()) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return from;
}

}  // namespace ch03
