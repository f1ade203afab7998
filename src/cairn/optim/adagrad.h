#pragma once

#include <cairn/optim/optimizer.h>

namespace cairn::optim {

class AdagradOptions;

/// Adagrad (Duchi, Hazan and Singer, 2011): v ← v + g², w ← w − lrₜ · g/(√v + ε) with
/// lrₜ = lr/(1 + (t−1)·η). Each parameter's rate falls with the gradients it has seen.
/// Weight decay adds λ·w to g. All as in PyTorch (chapter 8).
class CAIRN_API Adagrad : public Optimizer {
 public:
  /// Throws ValueError for no parameters and for settings outside their range.
  Adagrad(std::vector<Tensor> parameters, const AdagradOptions& options);
  ~Adagrad() override;
  void step() override;

 private:
  struct Work;
  double rate_decay_, first_value_, epsilon_;
  std::unique_ptr<Work> work_;
};

/// Settings of Adagrad. Throws ValueError for values outside their range, when used.
class CAIRN_API AdagradOptions : public OptimizerOptions {
 public:
  /// The learning rate, 0 or more.
  explicit AdagradOptions(double learning_rate = 1e-2)
      : learning_rate_(learning_rate) {}
  ~AdagradOptions() override;
  /// η, 0 or more (default: 0).
  AdagradOptions& lr_decay(double value) { return lr_decay_ = value, *this; }
  /// What v begins with, 0 or more (default: 0).
  AdagradOptions& initial_accumulator_value(double value) {
    return initial_accumulator_value_ = value, *this;
  }
  /// ε (default: 1e-10).
  AdagradOptions& eps(double value) { return epsilon_ = value, *this; }
  /// λ (default: 0).
  AdagradOptions& weight_decay(double value) { return weight_decay_ = value, *this; }
  std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const override;

  /// What is set.
  ///@{
  double learning_rate_;
  double lr_decay_ = 0, initial_accumulator_value_ = 0;
  double epsilon_ = 1e-10, weight_decay_ = 0;
  ///@}
};

}  // namespace cairn::optim
