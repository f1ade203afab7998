#pragma once

/// \file
/// The schedules that are a formula each. η₀ is the optimizer's rate as it was given, t
/// the number of calls of step(). Formulas and defaults are PyTorch's (chapter 9).

#include <functional>
#include <vector>

#include <cairn/optim/schedule.h>

namespace cairn::optim {

/// η₀ · γ^⌊t/step_size⌋: falls at equal distances.
class CAIRN_API StepLR : public LRScheduler {
 public:
  /// Throws ValueError for a step_size below 1 or a negative gamma.
  StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1);
  double rate_at(std::int64_t steps) const override;

 private:
  std::int64_t step_size_;
  double gamma_;
};

/// η₀ · γ^(number of milestones reached): falls where it is told to.
class CAIRN_API MultiStepLR : public LRScheduler {
 public:
  /// Throws ValueError for a milestone or a gamma below 0.
  MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones,
              double gamma = 0.1);
  double rate_at(std::int64_t steps) const override;

 private:
  std::vector<std::int64_t> milestones_;
  double gamma_;
};

/// η₀ · γᵗ.
class CAIRN_API ExponentialLR : public LRScheduler {
 public:
  /// Throws ValueError for a negative gamma.
  ExponentialLR(Optimizer& optimizer, double gamma);
  double rate_at(std::int64_t steps) const override;

 private:
  double gamma_;
};

/// η_min + (η₀ − η_min) · (1 + cos(πt/T_max))/2: half a cosine down to η_min, and up
/// again after that (Loshchilov and Hutter, "SGDR", 2017, without the restarts).
class CAIRN_API CosineAnnealingLR : public LRScheduler {
 public:
  /// Throws ValueError for a T_max below 1 or a negative eta_min.
  CosineAnnealingLR(Optimizer& optimizer, std::int64_t t_max, double eta_min = 0);
  double rate_at(std::int64_t steps) const override;

 private:
  std::int64_t t_max_;
  double eta_min_;
};

/// η₀ · (s + (e − s) · min(t, total_iters)/total_iters): a line from start_factor s to
/// end_factor e. With s below 1 this is a warm-up.
class CAIRN_API LinearLR : public LRScheduler {
 public:
  /// Throws ValueError for negative factors or total_iters below 1.
  explicit LinearLR(Optimizer& optimizer, double start_factor = 1.0 / 3,
                    double end_factor = 1, std::int64_t total_iters = 5);
  double rate_at(std::int64_t steps) const override;

 private:
  double start_, end_;
  std::int64_t total_;
};

/// η₀ · f(t), for whatever the others do not do.
class CAIRN_API LambdaLR : public LRScheduler {
 public:
  /// `factor` must be a function of its argument alone, if a run is to be resumed.
  LambdaLR(Optimizer& optimizer, std::function<double(std::int64_t)> factor);
  double rate_at(std::int64_t steps) const override;

 private:
  std::function<double(std::int64_t)> factor_;
};

}  // namespace cairn::optim
