// Exercise 2 ★★: the mean of the places, in place of the last one.
#pragma once

#include <cmath>

#include "08-optimizers/optimizer.h"

namespace ch08 {

// A running mean of a parameter, without its bias towards 0. Noise shakes the parameter;
// the mean of where it has been lies nearer to the lowest point.
class Average {
 public:
  explicit Average(double beta) : beta_(beta) {}

  // To be called after every step.
  void add(const Vector& w) {
    ++t_;
    mean_.resize(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      mean_[i] = beta_ * mean_[i] + (1 - beta_) * w[i];
    }
  }

  // The corrected mean.
  Vector value() const {
    Vector corrected = mean_;
    for (double& x : corrected) x /= 1 - std::pow(beta_, t_);
    return corrected;
  }

 private:
  double beta_;
  Vector mean_;
  int t_ = 0;
};

}  // namespace ch08
