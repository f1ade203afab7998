// Gradient descent, plain and with momentum.
#pragma once

#include "08-optimizers/optimizer.h"

namespace ch08 {

// ANCHOR: descent
class Descent : public Optimizer {
 public:
  Descent(Slots slots, double rate) : Optimizer(std::move(slots), rate, 0) {}

 protected:
  void update(Vector& w, const Vector& g, Memory&) override {
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= rate * g[i];
  }
};
// ANCHOR_END: descent

// ANCHOR: momentum
class Momentum : public Optimizer {
 public:
  Momentum(Slots slots, double rate, double mu, bool nesterov = false)
      : Optimizer(std::move(slots), rate, 1), mu_(mu), nesterov_(nesterov) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    Vector& v = memory[0];
    for (std::size_t i = 0; i < w.size(); ++i) {
      v[i] = mu_ * v[i] + g[i];
      w[i] -= rate * (nesterov_ ? g[i] + mu_ * v[i] : v[i]);
    }
  }

 private:
  double mu_;
  bool nesterov_;
};
// ANCHOR_END: momentum

}  // namespace ch08
