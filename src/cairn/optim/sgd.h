#pragma once

#include <cairn/optim/optimizer.h>

namespace cairn::optim {

class SGDOptions;

/// Stochastic gradient descent: w ← w − lr·g (chapter 1); with momentum μ and
/// dampening τ, v ← μ·v + (1−τ)·g, from v = g on, and w ← w − lr·v (Polyak, 1964), or
/// w ← w − lr·(g + μ·v) after Nesterov, as PyTorch computes them (Sutskever et al.,
/// 2013; chapter 8). Weight decay adds λ·w to g.
class CAIRN_API SGD : public Optimizer {
 public:
  /// Throws ValueError for no parameters and for settings outside their range.
  SGD(std::vector<Tensor> parameters, const SGDOptions& options);
  ~SGD() override;
  void step() override;

 private:
  struct Work;
  double mu_, dampening_;
  bool nesterov_;
  std::unique_ptr<Work> work_;
};

/// Settings of SGD. Throws ValueError for values outside their range, when used.
class CAIRN_API SGDOptions : public OptimizerOptions {
 public:
  /// The learning rate, 0 or more.
  explicit SGDOptions(double learning_rate) : learning_rate_(learning_rate) {}
  ~SGDOptions() override;
  /// μ, in [0, 1) (default: 0).
  SGDOptions& momentum(double value) { return momentum_ = value, *this; }
  /// τ, in [0, 1] (default: 0); Nesterov's form has none.
  SGDOptions& dampening(double value) { return dampening_ = value, *this; }
  /// Nesterov's form of momentum (default: no).
  SGDOptions& nesterov(bool on) { return nesterov_ = on, *this; }
  /// λ (default: 0).
  SGDOptions& weight_decay(double value) { return weight_decay_ = value, *this; }
  std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const override;

  /// What is set.
  ///@{
  double learning_rate_;
  double momentum_ = 0, dampening_ = 0;
  double weight_decay_ = 0;
  bool nesterov_ = false;
  ///@}
};

}  // namespace cairn::optim
