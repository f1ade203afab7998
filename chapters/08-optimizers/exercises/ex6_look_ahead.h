// Exercise 6 ★★★: Nesterov's own form, and why PyTorch's is the same.
#pragma once

#include "08-optimizers/valleys.h"

namespace ch08 {

// Nesterov's method as it is usually written. With a place x and a velocity s, both
// vectors, s = 0 at first:
//
//   look ahead:        y = x - rate · mu · s
//   slope over there:  g = gradient of f at y
//   then               s = mu · s + g,   x = x - rate · s
//
// Returns the places x, the start first.
inline std::vector<Vector> look_ahead_walk(const Function& f, Vector x, double rate,
                                           double mu, int steps) {
  // Write: the loop.
  (void)f, (void)rate, (void)mu;
  return std::vector<Vector>(static_cast<std::size_t>(steps) + 1, x);
}

// Momentum with nesterov = true keeps no x. What it calls w is y, the place looked at.
// Given its w and v after a step, where is x?
inline Vector place_of(const Vector& w, const Vector& v, double rate, double mu) {
  // Write: y = x - rate · mu · s, solved for x. (v is s.)
  (void)v, (void)rate, (void)mu;
  return w;
}

}  // namespace ch08
