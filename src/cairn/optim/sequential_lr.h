#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <cairn/optim/schedule.h>

namespace cairn::optim {

/// One schedule after the other: each begins anew at its milestone. A warm-up of 5
/// epochs and 95 of cosine:
///
///     optim::SequentialLR schedule(optimizer, {5},
///                                  optim::LinearLR(optimizer, 0.1, 1, 5),
///                                  optim::CosineAnnealingLR(optimizer, 95));
class CAIRN_API SequentialLR : public LRScheduler {
 public:
  /// Owns copies of the schedules. Throws ValueError unless there is a milestone
  /// between any two, they rise, and all schedules are of this optimizer.
  template <class... Schedules>
  SequentialLR(Optimizer& optimizer, std::vector<std::int64_t> milestones,
               Schedules... schedules)
      : LRScheduler("SequentialLR", optimizer), milestones_(std::move(milestones)) {
    (schedules_.push_back(std::make_shared<Schedules>(std::move(schedules))), ...);
    begin();
  }
  double rate_at(std::int64_t steps) const override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 protected:
  void go_to(std::int64_t steps) override;

 private:
  void begin();
  std::size_t which(std::int64_t steps) const;
  std::int64_t start_of(std::size_t i) const { return i == 0 ? 0 : milestones_[i - 1]; }

  std::vector<std::int64_t> milestones_;
  std::vector<std::shared_ptr<LRScheduler>> schedules_;
};

}  // namespace cairn::optim
