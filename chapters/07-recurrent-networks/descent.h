// Steps down the slope: clipped, and with a memory of the steps before.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/layers.h"

namespace ch07 {

using ch01::Matrix;
using ch04::Parameter;
using Parameters = std::vector<Parameter*>;

inline void zero_gradients(const Parameters& parameters) {
  for (Parameter* p : parameters) {
    std::fill(p->gradient.values.begin(), p->gradient.values.end(), 0.0);
  }
}

// ANCHOR: clip
// The length of the whole gradient, all parameters together.
inline double gradient_norm(const Parameters& parameters) {
  double sum = 0;
  for (const Parameter* p : parameters) {
    for (double g : p->gradient.values) sum += g * g;
  }
  return std::sqrt(sum);
}

// Shortens a gradient that is longer than `limit`, and keeps its direction.
// Returns how long it was.
inline double clip(const Parameters& parameters, double limit) {
  const double norm = gradient_norm(parameters);
  if (norm <= limit) return norm;
  for (Parameter* p : parameters) {
    for (double& g : p->gradient.values) g *= limit / norm;
  }
  return norm;
}
// ANCHOR_END: clip

// ANCHOR: descent
// Each step goes along the new slope and nine tenths of the step before. Where
// slopes agree for long, steps grow to ten times their length.
class Descent {
 public:
  Descent(Parameters parameters, double rate)
      : parameters_(std::move(parameters)), rate_(rate) {
    for (Parameter* p : parameters_) steps_.emplace_back(p->value.rows, p->value.cols);
  }

  void step() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      Parameter& p = *parameters_[i];
      for (std::size_t k = 0; k < p.value.values.size(); ++k) {
        double& v = steps_[i].values[k];
        v = 0.9 * v - rate_ * p.gradient.values[k];
        p.value.values[k] += v;
      }
    }
  }

 private:
  Parameters parameters_;
  double rate_;
  std::vector<Matrix> steps_;
};
// ANCHOR_END: descent

}  // namespace ch07
