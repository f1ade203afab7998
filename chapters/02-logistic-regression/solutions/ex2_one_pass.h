// Exercise 2: log-sum-exp of scores that come one at a time and are not kept.
#pragma once

#include <cmath>
#include <limits>

// After add(z0), add(z1), … value() is log(e^z0 + e^z1 + …), without overflow. Before
// the first score it is minus infinity, the logarithm of an empty sum.
class RunningLogSumExp {
 public:
  void add(double z) {
    if (z > largest_) {
      // Every term so far was measured against the old largest score.
      sum_ = sum_ * std::exp(largest_ - z) + 1;
      largest_ = z;
    } else {
      sum_ += std::exp(z - largest_);
    }
  }

  double value() const { return sum_ == 0 ? largest_ : largest_ + std::log(sum_); }

 private:
  double largest_ = -std::numeric_limits<double>::infinity();
  double sum_ = 0;  // of e^(z - largest_)
};
