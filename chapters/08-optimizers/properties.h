// What must hold of Adam and AdamW, whatever they are used for. Each function returns by
// how much it does not.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "01-linear-regression/random.h"
#include "08-optimizers/valleys.h"

namespace ch08 {

using MakeW =
    std::function<std::unique_ptr<Optimizer>(Slots slots, double rate, double decay)>;

inline double largest_difference(const Vector& a, const Vector& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

inline Make without_decay(const MakeW& make) {
  return [make](Slots slots, double rate) { return make(std::move(slots), rate, 0); };
}

// ANCHOR: constant
// Where the slopes never change, every step is as long as the rate says.
inline double off_on_a_slope(const MakeW& make) {
  const Function plane = [](const Vector& w, Vector* gradient) {
    if (gradient) *gradient = {3, -0.002};
    return 3 * w[0] - 0.002 * w[1];
  };
  const auto path = walk(plane, {0, 0}, without_decay(make), 0.1, 50);
  double worst = 0;
  for (std::size_t t = 1; t < path.size(); ++t) {
    const Vector expected = {-0.1 * static_cast<double>(t),
                             0.1 * static_cast<double>(t)};
    worst = std::max(worst, largest_difference(path[t], expected));
  }
  return worst;
}
// ANCHOR_END: constant

// ANCHOR: scaled
// A loss in other units has the same path.
inline double off_when_scaled(const MakeW& make, double factor) {
  const Function scaled = [factor](const Vector& w, Vector* gradient) {
    const double loss = rosenbrock(w, gradient);
    if (gradient) {
      for (double& g : *gradient) g *= factor;
    }
    return factor * loss;
  };
  const auto path = walk(rosenbrock, {-1.2, 1}, without_decay(make), 0.01, 200);
  const auto other = walk(scaled, {-1.2, 1}, without_decay(make), 0.01, 200);
  return largest_difference(path.back(), other.back());
}
// ANCHOR_END: scaled

// ANCHOR: apart
// Two parameters of unequal shapes, changed together, go where each goes alone.
inline double off_together(const MakeW& make) {
  Matrix a(2, 3), b(5, 1), a_alone = a, b_alone = b;
  Matrix slope_a = a, slope_b = b;
  const auto both = make({{&a, &slope_a}, {&b, &slope_b}}, 0.1, 0);
  const auto first = make({{&a_alone, &slope_a}}, 0.1, 0);
  const auto second = make({{&b_alone, &slope_b}}, 0.1, 0);
  ch01::Random random(5);
  for (int t = 0; t < 20; ++t) {
    for (double& g : slope_a.values) g = random.normal();
    for (double& g : slope_b.values) g = 10 * random.normal();
    for (const auto& optimizer : {both.get(), first.get(), second.get()}) {
      optimizer->step();
    }
  }
  return std::max(largest_difference(a.values, a_alone.values),
                  largest_difference(b.values, b_alone.values));
}
// ANCHOR_END: apart

// ANCHOR: decays
// Without any slope, decay alone multiplies by 1 - rate · decay.
inline double off_in_decay(const MakeW& make) {
  Matrix w(1, 2, 2.0), none(1, 2);
  const auto optimizer = make({{&w, &none}}, 0.1, 0.5);
  for (int t = 0; t < 10; ++t) optimizer->step();
  return std::abs(w(0, 1) - 2 * std::pow(1 - 0.1 * 0.5, 10));
}
// ANCHOR_END: decays

}  // namespace ch08
