// Checks a gradient that somebody derived against the loss it was derived from.
//
//   loss      any function from n numbers to one number
//   at        [n] the point where the gradient was computed
//   analytic  [n] the gradient that the derivation gave, under suspicion
//
// The loss is asked for its value at points a short step away and nothing else is
// known about it. So the same few functions check every derivation of this book.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"

namespace ch03 {

// ANCHOR: differences
using ch01::Vector;
using Loss = std::function<double(const Vector&)>;

// The loss where entry i of the point is moved by `by` and the rest stays.
inline double moved(const Loss& loss, Vector at, std::size_t i, double by) {
  at[i] += by;
  return loss(at);
}

inline double forward_difference(const Loss& loss, const Vector& at, std::size_t i,
                                 double step) {
  return (moved(loss, at, i, step) - loss(at)) / step;
}

inline double central_difference(const Loss& loss, const Vector& at, std::size_t i,
                                 double step) {
  return (moved(loss, at, i, step) - moved(loss, at, i, -step)) / (2 * step);
}
// ANCHOR_END: differences

// ANCHOR: step
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// The cube root of epsilon balances truncation against rounding. It grows with
// |x|, because the gap between neighbouring doubles grows with |x|.
inline double step_for(double x) {
  return std::cbrt(kEpsilon) * std::max(1.0, std::abs(x));
}
// ANCHOR_END: step

// The whole gradient [n] by central differences: 2n evaluations of the loss.
inline Vector numeric_gradient(const Loss& loss, const Vector& at) {
  Vector gradient(at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    gradient[i] = central_difference(loss, at, i, step_for(at[i]));
  }
  return gradient;
}

// ANCHOR: relative_error
// |a - m| against the larger of the two. Below `floor` both count as small, and the
// difference is measured against the floor.
inline double relative_error(double a, double m, double floor) {
  if (!std::isfinite(a) || !std::isfinite(m)) return HUGE_VAL;
  return std::abs(a - m) / std::max({std::abs(a), std::abs(m), floor});
}

// What rounding alone can put into a central difference: the loss, of size |L|, is
// known to a few epsilon. Ten of them leave room for a long sum.
inline double noise(double loss_size, double step) {
  return 10 * kEpsilon * loss_size / step;
}
// ANCHOR_END: relative_error

// ANCHOR: result
struct CheckResult {
  double worst_relative_error = 0;
  std::size_t index = 0;    // the entry that gave it
  double analytic = 0;      // what the derivation said there
  double numeric = 0;       // what the loss said there
  std::size_t kinks = 0;    // entries that straddle a kink, and are left out
  std::size_t checked = 0;  // entries looked at, kinks included
  double tolerance = 0;     // what was asked for

  // A check that left out more than it compared has proved nothing.
  bool passed() const {
    return checked > 0 && 2 * kinks <= checked && worst_relative_error <= tolerance;
  }
};
// ANCHOR_END: result

// ANCHOR: slopes
// The slopes of the loss to the left and to the right of entry i.
struct Slopes {
  double left, right;

  double central() const { return (left + right) / 2; }
  double gap() const { return std::abs(right - left); }
};

inline Slopes slopes(const Loss& loss, const Vector& at, double here, std::size_t i,
                     double step) {
  return {(here - moved(loss, at, i, -step)) / step,
          (moved(loss, at, i, step) - here) / step};
}
// ANCHOR_END: slopes

// ANCHOR: kink
// Curvature opens a gap between the two slopes that halves when the step halves. A
// kink opens one that does not.
inline bool is_kink(const Slopes& whole, const Slopes& half, double tolerance,
                    double floor) {
  const double size = std::max({std::abs(whole.left), std::abs(whole.right), floor});
  const bool halved = std::abs(half.gap() - whole.gap() / 2) < 0.01 * whole.gap();
  return whole.gap() > 2 * tolerance * size && !halved;
}

// At a kink any value from one slope to the other is right, and no other is.
inline bool lies_between(const Slopes& s, double analytic) {
  const double low = std::min(s.left, s.right), high = std::max(s.left, s.right);
  const double slack = 1e-4 * std::max(std::abs(low), std::abs(high));
  return analytic >= low - slack && analytic <= high + slack;
}
// ANCHOR_END: kink

inline void require_same_size(const Vector& at, const Vector& other, const char* what) {
  if (at.size() == other.size()) return;
  throw std::invalid_argument("gradient check: the point has " +
                              std::to_string(at.size()) + " entries but the " + what +
                              " has " + std::to_string(other.size()));
}

// ANCHOR: check_entries
// Checks the entries named by `indices`, at two evaluations of the loss each.
inline CheckResult check_entries(const Loss& loss, const Vector& at,
                                 const Vector& analytic,
                                 const std::vector<std::size_t>& indices,
                                 double tolerance = 1e-6) {
  require_same_size(at, analytic, "gradient");
  CheckResult result;
  result.tolerance = tolerance;
  const double here = loss(at);
  for (std::size_t i : indices) {
    const double step = step_for(at[i]);
    // A loss near 0 is often a sum whose terms are not.
    const double floor = noise(std::max(1.0, std::abs(here)), step) / tolerance;
    const Slopes found = slopes(loss, at, here, i, step);
    const double error = relative_error(analytic[i], found.central(), floor);
    ++result.checked;
    if (error > tolerance && lies_between(found, analytic[i]) &&
        is_kink(found, slopes(loss, at, here, i, step / 2), tolerance, floor)) {
      ++result.kinks;
    } else if (error >= result.worst_relative_error) {
      result.worst_relative_error = error;
      result.index = i;
      result.analytic = analytic[i];
      result.numeric = found.central();
    }
  }
  return result;
}
// ANCHOR_END: check_entries

inline CheckResult check_gradient(const Loss& loss, const Vector& at,
                                  const Vector& analytic, double tolerance = 1e-6) {
  std::vector<std::size_t> all(at.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return check_entries(loss, at, analytic, all, tolerance);
}

// ANCHOR: random_projection
// [n] fixed random weights for the outputs of a function. None is near zero: an
// output with a weight near zero would go unchecked.
inline Vector random_projection(std::size_t n, ch01::Random& random) {
  Vector weights(n);
  for (double& w : weights) {
    w = random.uniform(0.5, 1.5) * (random.uniform() < 0.5 ? -1 : 1);
  }
  return weights;
}

// The loss that a check uses in place of a sum: weights . outputs.
inline double project(const Vector& weights, const Vector& outputs) {
  require_same_size(weights, outputs, "output");
  return std::inner_product(weights.begin(), weights.end(), outputs.begin(), 0.0);
}
// ANCHOR_END: random_projection

// ANCHOR: check_along
// Checks the whole gradient at the price of two evaluations: along one random
// direction v, the slope of the loss must be gradient . v.
inline CheckResult check_along(const Loss& loss, const Vector& at,
                               const Vector& analytic, const Vector& direction,
                               double tolerance = 1e-6) {
  require_same_size(at, analytic, "gradient");
  require_same_size(at, direction, "direction");
  const Loss along = [&](const Vector& t) {
    Vector x = at;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += t[0] * direction[i];
    return loss(x);
  };
  return check_gradient(along, {0.0}, {project(analytic, direction)}, tolerance);
}
// ANCHOR_END: check_along

// `count` different indices below n, in increasing order.
inline std::vector<std::size_t> sample_indices(std::size_t n, std::size_t count,
                                               ch01::Random& random) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  random.shuffle(all);
  all.resize(std::min(count, n));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace ch03
