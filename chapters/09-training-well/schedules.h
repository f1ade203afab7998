// What the learning rate is multiplied by as training goes on.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

namespace ch09 {

// ANCHOR: schedules
// From the number of a step, counted from 0, to a factor.
using Schedule = std::function<double(int)>;

inline Schedule constant() {
  return [](int) { return 1.0; };
}

// Falls to `gamma` times what it was after every `every` steps.
inline Schedule stairs(int every, double gamma) {
  return [=](int t) { return std::pow(gamma, t / every); };
}

// Half a cosine from 1 down to `low`, in `steps` steps.
inline Schedule cosine(int steps, double low = 0) {
  return [=](int t) {
    const double way = std::min(1.0, static_cast<double>(t) / steps);
    return low + (1 - low) * (1 + std::cos(3.141592653589793 * way)) / 2;
  };
}

// A straight line up in `steps` steps, and then another schedule from its beginning.
inline Schedule warmed_up(int steps, Schedule then) {
  return [=](int t) { return t < steps ? (t + 1.0) / (steps + 1.0) : then(t - steps); };
}
// ANCHOR_END: schedules

}  // namespace ch09
