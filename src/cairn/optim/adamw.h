#pragma once

#include <cairn/optim/adam.h>

namespace cairn::optim {

/// Settings of AdamW. Throws ValueError for values outside their range, when used.
class CAIRN_API AdamWOptions : public OptimizerOptions {
 public:
  /// The learning rate, 0 or more.
  explicit AdamWOptions(double learning_rate = 1e-3) : adam_(learning_rate) {
    adam_.weight_decay(1e-2);
  }
  ~AdamWOptions() override;
  /// β₁ and β₂, in [0, 1) (default: 0.9 and 0.999).
  AdamWOptions& betas(double first, double second) {
    return adam_.betas(first, second), *this;
  }
  /// ε (default: 1e-8).
  AdamWOptions& eps(double value) { return adam_.eps(value), *this; }
  /// λ (default: 0.01).
  AdamWOptions& weight_decay(double value) { return adam_.weight_decay(value), *this; }
  /// Divides by the largest v so far (default: no).
  AdamWOptions& amsgrad(bool on) { return adam_.amsgrad(on), *this; }
  std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const override;

  AdamOptions adam_;  ///< what is set
};

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← (1 − lr·λ)·w,
/// then Adam's step with a gradient that the decay has not touched. What decays is then
/// the weight itself, as fast for parameters with large gradients as for others
/// (chapter 8).
class CAIRN_API AdamW : public Adam {
 public:
  /// Throws ValueError for no parameters and for settings outside their range.
  AdamW(std::vector<Tensor> parameters, const AdamWOptions& options);
  ~AdamW() override;
};

}  // namespace cairn::optim
