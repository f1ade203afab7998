// What noise in the slopes does: a bowl whose slope is shaken.
#pragma once

#include <cmath>

#include "01-linear-regression/random.h"
#include "08-optimizers/valleys.h"

namespace ch08 {

using ch01::Random;

// ANCHOR: noisy_bowl
// The mean of u² once an optimizer has come to the floor of ½λu², where each slope is
// the mean over a batch of slopes with a noise of deviation 1.
inline double mean_square_at_rest(const Make& make, double rate, double lambda,
                                  double batch, Random& random) {
  Matrix u(1, 1), slope(1, 1);
  const auto optimizer = make({{&u, &slope}}, rate);
  const int before = 2000, steps = 60000;
  double sum = 0;
  for (int t = 0; t < before + steps; ++t) {
    slope(0, 0) = lambda * u(0, 0) + random.normal() / std::sqrt(batch);
    optimizer->step();
    if (t >= before) sum += u(0, 0) * u(0, 0);
  }
  return sum / steps;
}
// ANCHOR_END: noisy_bowl

// By the formula of the page, for plain descent.
inline double predicted_at_rest(double rate, double lambda, double batch) {
  return rate / (batch * lambda * (2 - rate * lambda));
}

}  // namespace ch08
