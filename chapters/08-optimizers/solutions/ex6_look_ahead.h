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
  std::vector<Vector> path = {x};
  Vector s(x.size()), g;
  for (int t = 0; t < steps; ++t) {
    Vector y = x;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] -= rate * mu * s[i];
    f(y, &g);
    for (std::size_t i = 0; i < x.size(); ++i) {
      s[i] = mu * s[i] + g[i];
      x[i] -= rate * s[i];
    }
    path.push_back(x);
  }
  return path;
}

// Momentum with nesterov = true keeps no x. What it calls w is y, the place looked at.
// Given its w and v after a step, where is x?
inline Vector place_of(const Vector& w, const Vector& v, double rate, double mu) {
  Vector x = w;
  for (std::size_t i = 0; i < w.size(); ++i) x[i] += rate * mu * v[i];
  return x;
}

}  // namespace ch08
