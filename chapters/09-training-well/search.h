// Choosing settings: where to look, and what is left of a number that was chosen.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "01-linear-regression/random.h"

namespace ch09 {

using ch01::Random;

// ANCHOR: trials
struct Trial {
  double rate, decay;
};

struct Range {
  double low, high;

  // The number that lies at `share` of the way on a logarithmic scale.
  double at(double share) const { return low * std::pow(high / low, share); }
};

// side × side trials in the middle of equal squares.
inline std::vector<Trial> grid(Range rate, Range decay, std::size_t side) {
  std::vector<Trial> trials;
  const double width = 1.0 / static_cast<double>(side);
  for (std::size_t i = 0; i < side * side; ++i) {
    const double a = (static_cast<double>(i % side) + 0.5) * width;
    const double b = (static_cast<double>(i / side) + 0.5) * width;
    trials.push_back({rate.at(a), decay.at(b)});
  }
  return trials;
}

inline std::vector<Trial> at_random(Range rate, Range decay, std::size_t count,
                                    Random& random) {
  std::vector<Trial> trials;
  while (trials.size() < count) {
    const double r = rate.at(random.uniform());
    trials.push_back({r, decay.at(random.uniform())});
  }
  return trials;
}
// ANCHOR_END: trials

// ANCHOR: worn
// `choices` models, each of them right with probability `truth`, are measured on a test
// set of `count` samples. What does the best of them seem to be?
inline double best_by_chance(double truth, std::size_t count, std::size_t choices,
                             Random& random) {
  std::size_t best = 0;
  for (std::size_t m = 0; m < choices; ++m) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < count; ++i) right += random.uniform() < truth;
    best = std::max(best, right);
  }
  return static_cast<double>(best) / static_cast<double>(count);
}
// ANCHOR_END: worn

}  // namespace ch09
