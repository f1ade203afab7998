// A rate of its own for each number: the slope is divided by the size of the slopes that
// were seen there before.
#pragma once

#include <cmath>

#include "08-optimizers/optimizer.h"

namespace ch08 {

// ANCHOR: adagrad
class AdaGrad : public Optimizer {
 public:
  explicit AdaGrad(Slots slots, double rate, double epsilon = 1e-10)
      : Optimizer(std::move(slots), rate, 1), epsilon_(epsilon) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    Vector& sum = memory[0];  // of all squared slopes so far
    for (std::size_t i = 0; i < w.size(); ++i) {
      sum[i] += g[i] * g[i];
      w[i] -= rate * g[i] / (std::sqrt(sum[i]) + epsilon_);
    }
  }

 private:
  double epsilon_;
};
// ANCHOR_END: adagrad

// ANCHOR: rmsprop
class RmsProp : public Optimizer {
 public:
  RmsProp(Slots slots, double rate, double beta = 0.99, double epsilon = 1e-8)
      : Optimizer(std::move(slots), rate, 1), beta_(beta), epsilon_(epsilon) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    Vector& v = memory[0];  // a running mean of the squared slopes
    for (std::size_t i = 0; i < w.size(); ++i) {
      v[i] = beta_ * v[i] + (1 - beta_) * g[i] * g[i];
      w[i] -= rate * g[i] / (std::sqrt(v[i]) + epsilon_);
    }
  }

 private:
  double beta_, epsilon_;
};
// ANCHOR_END: rmsprop

}  // namespace ch08
