// Adam, and what was changed about it: weight decay (AdamW) and a memory for the largest
// slopes (AMSGrad).
#pragma once

#include <algorithm>
#include <cmath>

#include "08-optimizers/optimizer.h"

namespace ch08 {

// ANCHOR: adam
struct Betas {
  double first = 0.9, second = 0.999, epsilon = 1e-8;
};

class Adam : public Optimizer {
 public:
  explicit Adam(Slots slots, double rate = 1e-3, Betas betas = {})
      : Adam(std::move(slots), rate, betas, 2) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    const auto& [beta1, beta2, epsilon] = betas_;
    Vector &m = memory[0], &v = memory[1];  // running means of g and of g²
    const double share1 = 1 - std::pow(beta1, t_), share2 = 1 - std::pow(beta2, t_);
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      w[i] -= rate * (m[i] / share1) / (std::sqrt(v[i] / share2) + epsilon);
    }
  }
  // ANCHOR_END: adam

  Adam(Slots slots, double rate, Betas betas, std::size_t arrays)
      : Optimizer(std::move(slots), rate, arrays), betas_(betas) {}

  Betas betas_;
};

// ANCHOR: adamw
class AdamW : public Adam {
 public:
  AdamW(Slots slots, double rate, double decay, Betas betas = {})
      : Adam(std::move(slots), rate, betas), decay_(decay) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    for (double& x : w) x -= rate * decay_ * x;
    Adam::update(w, g, memory);
  }
  // ANCHOR_END: adamw

 private:
  double decay_;
};

// Adam with the penalty λ/2 Σw² in the loss: its slope goes through the division.
class AdamWithPenalty : public Adam {
 public:
  AdamWithPenalty(Slots slots, double rate, double decay, Betas betas = {})
      : Adam(std::move(slots), rate, betas), decay_(decay) {}

 protected:
  // ANCHOR: penalty
  void update(Vector& w, const Vector& g, Memory& memory) override {
    Vector with_penalty = g;
    for (std::size_t i = 0; i < w.size(); ++i) with_penalty[i] += decay_ * w[i];
    Adam::update(w, with_penalty, memory);
  }
  // ANCHOR_END: penalty

 private:
  double decay_;
};

// Adam that divides by the largest running mean it has seen.
class AmsGrad : public Adam {
 public:
  explicit AmsGrad(Slots slots, double rate = 1e-3, Betas betas = {})
      : Adam(std::move(slots), rate, betas, 3) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    const auto& [beta1, beta2, epsilon] = betas_;
    Vector &m = memory[0], &v = memory[1], &largest = memory[2];
    const double share1 = 1 - std::pow(beta1, t_), share2 = 1 - std::pow(beta2, t_);
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      // ANCHOR: amsgrad
      largest[i] = std::max(largest[i], v[i]);
      w[i] -= rate * (m[i] / share1) / (std::sqrt(largest[i] / share2) + epsilon);
      // ANCHOR_END: amsgrad
    }
  }
};

}  // namespace ch08
