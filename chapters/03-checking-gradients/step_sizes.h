// How good a difference quotient is, by the length of its step, in double and float.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace ch03 {

// ANCHOR: quotient_error
// The relative error of a difference quotient of e^x (whose derivative is e^x), on
// average over a hundred points between 1 and 2. Real is float or double.
template <class Real>
double quotient_error(Real step, bool central) {
  constexpr int kPoints = 100;
  double total = 0;
  for (int i = 0; i < kPoints; ++i) {
    const Real x = Real(1) + Real(i) / Real(kPoints);
    const Real right = std::exp(x + step);
    const Real left = central ? std::exp(x - step) : std::exp(x);
    const Real quotient = (right - left) / (central ? 2 * step : step);
    const double truth = std::exp(static_cast<double>(x));
    total += std::abs(static_cast<double>(quotient) - truth) / truth;
  }
  return total / kPoints;
}
// ANCHOR_END: quotient_error

struct Curve {
  std::vector<double> steps, errors;
};

// Steps from 10^high down to 10^low, eight to each power of ten.
template <class Real>
Curve error_curve(int low, int high, bool central) {
  Curve curve;
  for (int i = 8 * high; i >= 8 * low; --i) {
    const double step = std::pow(10.0, i / 8.0);
    curve.steps.push_back(step);
    curve.errors.push_back(quotient_error(static_cast<Real>(step), central));
  }
  return curve;
}

// The slope of log error against log step, by least squares, for steps between low
// and high.
inline double fitted_slope(const Curve& curve, double low, double high) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    if (curve.steps[i] < low || curve.steps[i] > high) continue;
    const double x = std::log(curve.steps[i]), y = std::log(curve.errors[i]);
    n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

inline std::size_t best(const Curve& curve) {
  std::size_t least = 0;
  for (std::size_t i = 1; i < curve.errors.size(); ++i) {
    if (curve.errors[i] < curve.errors[least]) least = i;
  }
  return least;
}

}  // namespace ch03
