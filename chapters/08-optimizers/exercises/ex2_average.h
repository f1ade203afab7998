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
    // Write: the running mean, and count the calls.
    mean_ = w;
  }

  // The corrected mean.
  Vector value() const {
    // Write: what Adam does to m.
    return mean_;
  }

 private:
  double beta_;
  Vector mean_;
  int t_ = 0;
};

}  // namespace ch08
