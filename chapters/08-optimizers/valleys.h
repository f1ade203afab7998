// Functions of two numbers whose lowest point is known, and walks upon them.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "08-optimizers/optimizer.h"

namespace ch08 {

// The value of a function at w [n], and its slopes if they are asked for.
using Function = std::function<double(const Vector& w, Vector* gradient)>;

// ANCHOR: valley
// L = ½ (flat · a² + steep · b²), where a and b are what w is in a frame turned by
// `angle`. Its lowest point is at the origin.
inline Function valley(double flat, double steep, double angle = 0) {
  const double c = std::cos(angle), s = std::sin(angle);
  return [=](const Vector& w, Vector* gradient) {
    const double a = c * w[0] + s * w[1], b = c * w[1] - s * w[0];
    if (gradient) {
      *gradient = {c * flat * a - s * steep * b, s * flat * a + c * steep * b};
    }
    return (flat * a * a + steep * b * b) / 2;
  };
}
// ANCHOR_END: valley

// ANCHOR: rosenbrock
// Rosenbrock's valley: its floor is the parabola y = x², its lowest point (1, 1).
inline double rosenbrock(const Vector& w, Vector* gradient) {
  const double x = w[0], off = w[1] - x * x;  // how far beside the floor
  if (gradient) *gradient = {-2 * (1 - x) - 400 * x * off, 200 * off};
  return (1 - x) * (1 - x) + 100 * off * off;
}
// ANCHOR_END: rosenbrock

using Make = std::function<std::unique_ptr<Optimizer>(Slots slots, double rate)>;

// ANCHOR: walk
// The points that an optimizer comes through, the start first. It ends after `steps`,
// or as soon as `arrived` says so.
inline std::vector<Vector> walk(
    const Function& f, const Vector& start, const Make& make, double rate,
    std::size_t steps, const std::function<bool(const Vector&)>& arrived = nullptr) {
  Matrix w(1, start.size()), gradient(1, start.size());
  w.values = start;
  const auto optimizer = make({{&w, &gradient}}, rate);
  std::vector<Vector> path = {start};
  while (path.size() <= steps && !(arrived && arrived(w.values))) {
    f(w.values, &gradient.values);
    optimizer->step();
    path.push_back(w.values);
    if (!(std::abs(w.values[0]) < 1e6)) break;  // lost
  }
  return path;
}
// ANCHOR_END: walk

inline double length(const Vector& w) { return std::sqrt(ch01::dot(w, w)); }

// ANCHOR: best_rates
struct Best {
  double rate, mu, factor;  // factor: by which a step multiplies the way still to go
};

inline Best best_descent(double flat, double steep) {
  return {2 / (flat + steep), 0, (steep - flat) / (steep + flat)};
}

inline Best best_momentum(double flat, double steep) {
  const double low = std::sqrt(flat), high = std::sqrt(steep);
  const double root = (high - low) / (high + low);  // of mu
  return {4 / ((high + low) * (high + low)), root * root, root};
}
// ANCHOR_END: best_rates

}  // namespace ch08
