#pragma once

#include <cairn/optim/optimizer.h>

namespace cairn::optim {

class AdamOptions;

/// Adam (Kingma and Ba, 2015): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
/// w ← w − lr · m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε). Weight decay adds λ·w to g, as
/// PyTorch's Adam does; AdamW lets it shrink w itself. With amsgrad (Reddi, Kale and
/// Kumar, 2018) the largest v so far takes the place of v. Derived in chapter 8.
class CAIRN_API Adam : public Optimizer {
 public:
  /// Throws ValueError for no parameters and for settings outside their range.
  Adam(std::vector<Tensor> parameters, const AdamOptions& options);
  ~Adam() override;
  void step() override;

 protected:
  /// What the weight decay λ does: it adds λ·w to the gradient, or takes lr·λ·w from w.
  enum class Decay { in_gradient, in_weight };
  /// The same for a class made from it, which has a name of its own.
  Adam(const char* name, std::vector<Tensor> parameters, const AdamOptions& options,
       Decay decay);

 private:
  struct Work;
  Decay decay_;
  double beta1_, beta2_, epsilon_;
  bool amsgrad_;
  std::unique_ptr<Work> work_;
};

/// Settings of Adam. Throws ValueError for values outside their range, when used.
class CAIRN_API AdamOptions : public OptimizerOptions {
 public:
  /// The learning rate, 0 or more.
  explicit AdamOptions(double learning_rate = 1e-3) : learning_rate_(learning_rate) {}
  ~AdamOptions() override;
  /// β₁ and β₂, in [0, 1) (default: 0.9 and 0.999).
  AdamOptions& betas(double first, double second) {
    return beta1_ = first, beta2_ = second, *this;
  }
  /// ε (default: 1e-8).
  AdamOptions& eps(double value) { return epsilon_ = value, *this; }
  /// λ (default: 0).
  AdamOptions& weight_decay(double value) { return weight_decay_ = value, *this; }
  /// Divides by the largest v so far (default: no).
  AdamOptions& amsgrad(bool on) { return amsgrad_ = on, *this; }
  std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const override;

  /// What is set.
  ///@{
  double learning_rate_;
  double beta1_ = 0.9, beta2_ = 0.999;
  double epsilon_ = 1e-8;
  double weight_decay_ = 0;
  bool amsgrad_ = false;
  ///@}
};

}  // namespace cairn::optim
