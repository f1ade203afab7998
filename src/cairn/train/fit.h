#pragma once

#include <cairn/data/loader.h>
#include <cairn/train/model.h>
#include <cairn/train/progress.h>
#include <cairn/train/tally.h>

namespace cairn::train {

/// One call of fit(): what changes from step to step beside the model itself, and what
/// a checkpoint must hold of it.
class Model::Fit {
 public:
  /// Checks the options. The model's optimizer is there.
  Fit(Model& model, std::shared_ptr<const data::Dataset> dataset,
      const FitOptions& options);
  ~Fit();
  Fit(const Fit&) = delete;
  Fit& operator=(const Fit&) = delete;

  History run();

  /// Where it stands, between two steps or two epochs.
  StateDict state() const;

 private:
  template <class F>
  void tell(F f);  // calls f for each callback
  void check_schedules() const;
  data::DataLoader make_loader(std::shared_ptr<const data::Dataset> dataset);
  Scores run_epoch();
  void run_steps();
  double step(const data::Batch& batch);
  void clip() const;
  void follow_schedules(const Scores& scores);

  void resume();
  void load(const StateDict& state);
  void load_position(StateReader& reader);
  void load_parts(const StateDict& state);
  StateDict parts_state() const;
  template <class F>
  void each_part(F f) const;  // calls f(what it is, its number, it)
  void load_history(const StateDict& state);

  Model& model_;
  const FitOptions& options_;
  std::shared_ptr<const data::Dataset> validation_;
  data::DataLoader loader_;
  Progress progress_;
  History history_;
  Tally tally_;
  std::int64_t epoch_ = 0;      // the one at hand, or the last that has ended
  std::int64_t steps_ = 0;      // in all
  bool in_epoch_ = false;       // some steps of the epoch at hand are done
  const Fit* outer_ = nullptr;  // a callback may call fit(), too
};

}  // namespace cairn::train
