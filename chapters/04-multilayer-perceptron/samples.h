// Labelled samples, and two sets of them in the plane that no straight line separates.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"

namespace ch04 {

struct Samples {
  ch01::Matrix inputs;      // [N x in] one sample a row
  std::vector<int> labels;  // [N] its class, from 0

  std::size_t count() const { return inputs.rows; }
};

// Class 1 where exactly one of the two inputs is 1.
inline Samples exclusive_or() {
  Samples xor_points{ch01::Matrix(4, 2), {0, 1, 1, 0}};
  xor_points.inputs.values = {0, 0, 0, 1, 1, 0, 1, 1};
  return xor_points;
}

// Arms that wind once around the origin, one class an arm, points shaken by noise.
inline Samples spirals(std::size_t arms, std::size_t points_per_arm, double noise,
                       ch01::Random& random) {
  constexpr double kTurn = 6.283185307179586;
  Samples samples{ch01::Matrix(arms * points_per_arm, 2), {}};
  for (std::size_t i = 0; i < samples.count(); ++i) {
    const std::size_t arm = i % arms;
    const double t = random.uniform(0.1, 1);  // from near the centre to the rim
    const double angle = kTurn * (t + static_cast<double>(arm) / arms);
    samples.inputs(i, 0) = t * std::cos(angle) + noise * random.normal();
    samples.inputs(i, 1) = t * std::sin(angle) + noise * random.normal();
    samples.labels.push_back(static_cast<int>(arm));
  }
  return samples;
}

}  // namespace ch04
