#include <cairn/optim/schedule.h>

#include <cmath>

#include <cairn/core/text.h>

namespace cairn::optim {

using cairn::detail::concat;

LRScheduler::LRScheduler(const char* name, Optimizer& optimizer)
    : optimizer_(&optimizer), name_(name), base_(optimizer.initial_learning_rate()) {}

LRScheduler::~LRScheduler() = default;

void LRScheduler::step() { go_to(steps_ + 1); }

void LRScheduler::go_to(std::int64_t steps) {
  const double rate = rate_at(steps);
  detail::check_setting(name_, "the learning rate that it computes", rate, 0, INFINITY);
  optimizer_->rate_ = rate;
  steps_ = steps;
}

StateDict LRScheduler::state_dict() const {
  return {{"steps", state_integer(steps_)}, {"base", state_real(base_)}};
}

void LRScheduler::load_state_dict(const StateDict& state) {
  const std::string owner = concat(name_, "::load_state_dict");
  StateReader reader(owner, state);
  const std::int64_t steps = reader.count("steps");
  const double base = reader.real("base");
  detail::check_setting(owner.c_str(), "base", base, 0, INFINITY);
  reader.finish();
  steps_ = steps;
  base_ = base;
}

namespace detail {

void check_at_least(const char* schedule, const char* setting, double value,
                    double low) {
  if (value >= low && value < INFINITY) return;
  throw ValueError(concat(schedule, ": ", setting, " is ", value,
                          "; it must be a number of at least ", low));
}

}  // namespace detail
}  // namespace cairn::optim
