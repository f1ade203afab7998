// Exercise 5 ★★★: the mean and the variance of numbers that come in parts.
#pragma once

#include "01-linear-regression/matrix.h"

namespace ch09 {

// Of all numbers seen so far: how many, their mean, and the sum of the squares of their
// distances from it. Nothing else is kept.
struct Seen {
  double count = 0, mean = 0, squares = 0;

  double variance() const { return squares / count; }
};

// What two parts are together.
inline Seen merged(const Seen& a, const Seen& b) {
  // Write: the new mean is between the two. The squares of both count from means of their
  // own; what does it cost to move them to the new one? No large number may be subtracted
  // from another.
  (void)b;
  return a;
}

}  // namespace ch09
