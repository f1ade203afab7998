#pragma once

#include <cairn/optim/optimizer.h>

namespace cairn::optim {

class RMSpropOptions;

/// RMSprop (Hinton, Lecture 6e of "Neural Networks for Machine Learning", 2012):
/// v ← α·v + (1−α)·g², w ← w − lr · g/(√v + ε). Centred (Graves, 2013), a mean
/// m ← α·m + (1−α)·g is kept and v − m² stands under the root; with momentum μ,
/// b ← μ·b + g/(√v + ε) and w ← w − lr·b. Weight decay adds λ·w to g. All as in
/// PyTorch, with ε outside the root (chapter 8).
class CAIRN_API RMSprop : public Optimizer {
 public:
  /// Throws ValueError for no parameters and for settings outside their range.
  RMSprop(std::vector<Tensor> parameters, const RMSpropOptions& options);
  ~RMSprop() override;
  void step() override;

 private:
  struct Work;
  double alpha_, epsilon_, mu_;
  bool centered_;
  std::unique_ptr<Work> work_;
};

/// Settings of RMSprop. Throws ValueError for values outside their range, when used.
class CAIRN_API RMSpropOptions : public OptimizerOptions {
 public:
  /// The learning rate, 0 or more.
  explicit RMSpropOptions(double learning_rate = 1e-2)
      : learning_rate_(learning_rate) {}
  ~RMSpropOptions() override;
  /// α, in [0, 1) (default: 0.99).
  RMSpropOptions& alpha(double value) { return alpha_ = value, *this; }
  /// ε (default: 1e-8).
  RMSpropOptions& eps(double value) { return epsilon_ = value, *this; }
  /// μ, in [0, 1) (default: 0).
  RMSpropOptions& momentum(double value) { return momentum_ = value, *this; }
  /// Takes the squares about the mean (default: no).
  RMSpropOptions& centered(bool on) { return centered_ = on, *this; }
  /// λ (default: 0).
  RMSpropOptions& weight_decay(double value) { return weight_decay_ = value, *this; }
  std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const override;

  /// What is set.
  ///@{
  double learning_rate_;
  double alpha_ = 0.99, epsilon_ = 1e-8;
  double momentum_ = 0, weight_decay_ = 0;
  bool centered_ = false;
  ///@}
};

}  // namespace cairn::optim
