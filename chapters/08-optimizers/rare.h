// Reddi, Kale and Kumar's example: rare large slopes that a running mean forgets.
#pragma once

#include <algorithm>
#include <vector>

#include "08-optimizers/valleys.h"

namespace ch08 {

// ANCHOR: rare
// One number between -1 and 1. Of 101 slopes one is 1010 and the others are -10, so
// that their sum is +10 and the best place is -1. Returns where it stands after each
// round of 101.
inline std::vector<double> rare_slopes(const Make& make, double rate, int rounds) {
  Matrix x(1, 1), slope(1, 1);
  const auto optimizer = make({{&x, &slope}}, rate);
  std::vector<double> places;
  for (int t = 0; t < 101 * rounds; ++t) {
    slope(0, 0) = t % 101 == 0 ? 1010 : -10;
    optimizer->step();
    x(0, 0) = std::clamp(x(0, 0), -1.0, 1.0);
    if (t % 101 == 100) places.push_back(x(0, 0));
  }
  return places;
}
// ANCHOR_END: rare

}  // namespace ch08
