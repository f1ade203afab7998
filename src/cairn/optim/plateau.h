#pragma once

#include <limits>

#include <cairn/optim/optimizer.h>

namespace cairn::optim {

/// Settings of ReduceLROnPlateau; defaults as in PyTorch.
class CAIRN_API ReduceLROnPlateauOptions {
 public:
  /// Whether the figure is to be small, as a loss is, or large, as an accuracy.
  enum class Mode { min, max };
  /// What counts as better: by a share of the best, or by an amount.
  enum class Threshold { relative, absolute };

  /// Which way is better (default: min).
  ReduceLROnPlateauOptions& mode(Mode m) { return mode_ = m, *this; }
  /// What the rate is multiplied by, below 1 (default: 0.1).
  ReduceLROnPlateauOptions& factor(double f) { return factor_ = f, *this; }
  /// Calls without improvement that are borne; the next one lowers the rate (default:
  /// 10).
  ReduceLROnPlateauOptions& patience(std::int64_t n) { return patience_ = n, *this; }
  /// How much better is better (default: 10⁻⁴, relative).
  ReduceLROnPlateauOptions& threshold(double value, Threshold how) {
    return threshold_ = value, how_ = how, *this;
  }
  /// Calls after a reduction in which nothing counts (default: 0).
  ReduceLROnPlateauOptions& cooldown(std::int64_t n) { return cooldown_ = n, *this; }
  /// The rate goes no lower (default: 0).
  ReduceLROnPlateauOptions& min_lr(double rate) { return min_lr_ = rate, *this; }
  /// A reduction by no more than this is left out (default: 10⁻⁸).
  ReduceLROnPlateauOptions& eps(double value) { return epsilon_ = value, *this; }

  /// What is set.
  ///@{
  Mode mode_ = Mode::min;
  Threshold how_ = Threshold::relative;
  double factor_ = 0.1, threshold_ = 1e-4, min_lr_ = 0, epsilon_ = 1e-8;
  std::int64_t patience_ = 10, cooldown_ = 0;
  ///@}
};

/// Lowers the rate when a figure has stopped improving. Call step(figure) after every
/// epoch. It changes the rate as it finds it.
class CAIRN_API ReduceLROnPlateau {
 public:
  /// Throws ValueError for settings outside their range. The optimizer must live as
  /// long.
  explicit ReduceLROnPlateau(Optimizer& optimizer,
                             const ReduceLROnPlateauOptions& options = {});

  /// Takes note of a figure and lowers the rate if it is time. NaN is no improvement.
  void step(double figure);
  /// The best figure so far; infinite before the first.
  double best() const { return best_; }
  /// Whose rate it sets.
  const Optimizer& optimizer() const { return *optimizer_; }

  /// Where it stands. The rate itself is part of the optimizer's state.
  StateDict state_dict() const;
  /// Goes on where another one stood. Throws ValueError for the state of something
  /// else; then nothing was changed.
  void load_state_dict(const StateDict& state);

 private:
  bool is_better(double figure) const;

  Optimizer* optimizer_;
  ReduceLROnPlateauOptions options_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t bad_ = 0, cooling_ = 0;
};

}  // namespace cairn::optim
