#pragma once

#include <cairn/optim/schedule.h>

namespace cairn::optim {

/// Settings of OneCycleLR; defaults as in PyTorch.
class CAIRN_API OneCycleLROptions {
 public:
  /// How a phase goes from one value to the next.
  enum class Anneal { cosine, linear };

  /// The highest rate, and how often step() will be called at most: epochs times steps
  /// in an epoch.
  OneCycleLROptions(double max_lr, std::int64_t total_steps)
      : max_lr_(max_lr), total_steps_(total_steps) {}
  /// The share of the steps in which the rate rises, in [0, 1] (default: 0.3).
  OneCycleLROptions& pct_start(double share) { return pct_start_ = share, *this; }
  /// Along half a cosine or a line (default: cosine).
  OneCycleLROptions& anneal(Anneal how) { return anneal_ = how, *this; }
  /// Lowers momentum, or Adam's β₁, where the rate rises (default: yes).
  OneCycleLROptions& cycle_momentum(bool on) { return cycle_momentum_ = on, *this; }
  /// Momentum at the highest rate and at the ends (default: 0.85 and 0.95).
  OneCycleLROptions& momentum(double lowest, double highest) {
    return base_momentum_ = lowest, max_momentum_ = highest, *this;
  }
  /// The first rate is max_lr/div_factor, the last one that/final_div_factor (default:
  /// 25 and 10⁴).
  OneCycleLROptions& div_factors(double first, double last) {
    return div_factor_ = first, final_div_factor_ = last, *this;
  }
  /// Falls to the first rate as fast as it rose, then on to the last one (default: no).
  OneCycleLROptions& three_phase(bool on) { return three_phase_ = on, *this; }

  /// What is set.
  ///@{
  double max_lr_;
  std::int64_t total_steps_;
  double pct_start_ = 0.3, base_momentum_ = 0.85, max_momentum_ = 0.95;
  double div_factor_ = 25, final_div_factor_ = 1e4;
  Anneal anneal_ = Anneal::cosine;
  bool cycle_momentum_ = true, three_phase_ = false;
  ///@}
};

/// One cycle (Smith and Topin, "Super-convergence", 2018): the rate rises from
/// max_lr/25 to max_lr and falls to next to nothing, while momentum goes the other way.
/// Meant for step() after every step of the optimizer.
class CAIRN_API OneCycleLR : public LRScheduler {
 public:
  /// Throws ValueError for settings outside their range, and for an optimizer without
  /// momentum unless cycle_momentum(false).
  OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options);
  /// Throws ValueError for more than total_steps.
  double rate_at(std::int64_t steps) const override;
  /// Momentum after so many calls of step().
  double momentum_at(std::int64_t steps) const;

 protected:
  void go_to(std::int64_t steps) override;

 private:
  struct Phase {
    double end_step, from_rate, to_rate, from_momentum, to_momentum;
  };
  struct Place {
    const Phase& phase;
    double share;
  };
  Place place_of(std::int64_t steps) const;
  double anneal(double from, double to, double share) const;

  OneCycleLROptions options_;
  std::vector<Phase> phases_;
};

}  // namespace cairn::optim
