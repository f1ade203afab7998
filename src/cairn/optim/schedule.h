#pragma once

#include <cstdint>

#include <cairn/core/state_dict.h>
#include <cairn/optim/optimizer.h>

namespace cairn::optim {

/// Changes an optimizer's learning rate as training goes on. Call step() after every
/// epoch, or after every step of the optimizer: what it counts is up to you.
///
/// The rate is a function of the number of calls alone, PyTorch's closed form, and of
/// the rate that the optimizer was given: one schedule at a time rules a rate, and
/// SequentialLR puts several one after the other. The optimizer must live as long.
class CAIRN_API LRScheduler {
 public:
  virtual ~LRScheduler();

  /// Goes on by one and sets the optimizer's rate.
  void step();
  /// How often step() was called: PyTorch's last_epoch.
  std::int64_t steps() const { return steps_; }
  /// The rate after so many calls of step().
  virtual double rate_at(std::int64_t steps) const = 0;

  /// Whose rate it sets.
  const Optimizer& optimizer() const { return *optimizer_; }
  /// What it is called: "StepLR".
  const char* name() const { return name_; }

  /// Where it stands. The rate itself is part of the optimizer's state.
  virtual StateDict state_dict() const;
  /// Goes on where another schedule of the same settings stood. Throws ValueError for
  /// the state of something else; then nothing was changed.
  virtual void load_state_dict(const StateDict& state);

 protected:
  /// `name` is a literal. A derived class's constructor ends with go_to(0).
  LRScheduler(const char* name, Optimizer& optimizer);
  LRScheduler(const LRScheduler&) = default;
  LRScheduler& operator=(const LRScheduler&) = default;
  /// Stands where `steps` calls of step() would have brought it, and sets the rate.
  virtual void go_to(std::int64_t steps);
  /// The rate that the optimizer was given.
  double base() const { return base_; }
  /// optimizer(), for a schedule that sets momentum too.
  Optimizer& target() { return *optimizer_; }

 private:
  friend class SequentialLR;
  Optimizer* optimizer_;
  const char* name_;
  double base_;
  std::int64_t steps_ = 0;
};

namespace detail {
/// Throws ValueError naming the schedule and the setting unless value ≥ low.
void check_at_least(const char* schedule, const char* setting, double value,
                    double low);
}  // namespace detail

}  // namespace cairn::optim
