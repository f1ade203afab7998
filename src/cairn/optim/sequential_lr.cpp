#include <cairn/optim/sequential_lr.h>

#include <algorithm>

#include <cairn/core/text.h>

namespace cairn::optim {

using cairn::detail::concat;

void SequentialLR::begin() {
  if (schedules_.empty() || milestones_.size() + 1 != schedules_.size()) {
    throw ValueError(concat("SequentialLR: ", schedules_.size(), " schedules and ",
                            milestones_.size(),
                            " milestones; there is one milestone between any two"));
  }
  for (std::size_t i = 0; i < schedules_.size(); ++i) {
    if (&schedules_[i]->optimizer() != &optimizer()) {
      throw ValueError(concat("SequentialLR: schedule ", i, ", ", schedules_[i]->name(),
                              ", is of another optimizer; make all of the same"));
    }
    if (i > 0 && start_of(i) <= start_of(i - 1)) {
      throw ValueError(concat("SequentialLR: milestone ", start_of(i), " comes after ",
                              start_of(i - 1), "; they must rise"));
    }
  }
  go_to(0);
}

std::size_t SequentialLR::which(std::int64_t steps) const {
  return static_cast<std::size_t>(
      std::upper_bound(milestones_.begin(), milestones_.end(), steps) -
      milestones_.begin());
}

double SequentialLR::rate_at(std::int64_t steps) const {
  const std::size_t i = which(steps);
  return schedules_[i]->rate_at(steps - start_of(i));
}

void SequentialLR::go_to(std::int64_t steps) {
  LRScheduler::go_to(steps);
  const std::size_t i = which(steps);
  schedules_[i]->go_to(steps - start_of(i));  // momentum is its own affair
}

StateDict SequentialLR::state_dict() const {
  StateDict state = LRScheduler::state_dict();
  for (std::size_t i = 0; i < schedules_.size(); ++i) {
    append_state(state, std::to_string(i) + ".", schedules_[i]->state_dict());
  }
  return state;
}

void SequentialLR::load_state_dict(const StateDict& state) {
  StateDict own;
  std::size_t taken = 0;
  for (const auto& entry : state) {
    if (entry.first.find('.') == std::string::npos) own.push_back(entry);
  }
  const std::vector<StateDict> before = [this] {
    std::vector<StateDict> states;
    for (const auto& schedule : schedules_) states.push_back(schedule->state_dict());
    return states;
  }();
  try {
    for (std::size_t i = 0; i < schedules_.size(); ++i) {
      const StateDict part = state_part(state, std::to_string(i) + ".");
      schedules_[i]->load_state_dict(part);
      taken += part.size();
    }
    if (taken + own.size() != state.size()) {
      throw ValueError(
          concat("SequentialLR::load_state_dict: the state is of another "
                 "number of schedules than ",
                 schedules_.size()));
    }
    LRScheduler::load_state_dict(own);
  } catch (const Error&) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      schedules_[i]->load_state_dict(before[i]);
    }
    throw;
  }
}

}  // namespace cairn::optim
