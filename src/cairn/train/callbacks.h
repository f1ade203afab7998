#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <cairn/core/state_dict.h>
#include <cairn/nn/module.h>
#include <cairn/train/history.h>

namespace cairn::train {

class Model;

/// Told by fit() what happens; may look at the model and stop the training.
class CAIRN_API Callback {
 public:
  virtual ~Callback();
  /// Before the first epoch.
  virtual void on_train_begin(Model&) {}
  /// Before an epoch; they are numbered from 1.
  virtual void on_epoch_begin(Model&, std::int64_t /*epoch*/) {}
  /// After a step, numbered from 1 through the whole fit(), with the batch's mean loss.
  virtual void on_batch_end(Model&, std::int64_t /*step*/, double /*loss*/) {}
  /// After an epoch and its validation, with its figures.
  virtual void on_epoch_end(Model&, std::int64_t /*epoch*/, const Scores&) {}
  /// After the last epoch.
  virtual void on_train_end(Model&) {}
  /// After all callbacks' on_batch_end, and on_epoch_end: nothing more belongs to that
  /// step or epoch. The place for Model::save_checkpoint().
  ///@{
  virtual void on_step_settled(Model&, std::int64_t /*epoch*/, std::int64_t /*step*/) {}
  virtual void on_epoch_settled(Model&, std::int64_t /*epoch*/) {}
  ///@}

  /// What it must remember for a run to be resumed exactly; nothing, unless overridden.
  virtual StateDict state_dict() const { return {}; }
  /// Called after on_train_begin() with what state_dict() gave. Throws ValueError for
  /// the state of something else.
  virtual void load_state_dict(const StateDict& state);
};

/// Whether a figure is to be small, as a loss is, or large, as an accuracy.
enum class Goal { smaller, larger };

/// Stops when a figure has not improved for `patience` epochs, and can put back the
/// weights of the best epoch.
class CAIRN_API EarlyStopping : public Callback {
 public:
  /// Watches this figure of the epochs' scores.
  explicit EarlyStopping(std::string monitor = "val_loss", std::int64_t patience = 3)
      : monitor_(std::move(monitor)), patience_(patience) {}
  /// Which way is better (default: smaller).
  EarlyStopping& goal(Goal g) { return goal_ = g, *this; }
  /// A change below this is no improvement.
  EarlyStopping& min_delta(double d) { return min_delta_ = d, *this; }
  /// Puts the best epoch's weights back at the end (default: no).
  EarlyStopping& restore_best_weights(bool on) { return restore_ = on, *this; }

  /// The epoch whose figure was best, from 1; 0 before the first has ended.
  std::int64_t best_epoch() const { return best_epoch_; }

  void on_train_begin(Model&) override;
  void on_epoch_end(Model&, std::int64_t epoch, const Scores& scores) override;
  void on_train_end(Model&) override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 private:
  std::string monitor_;
  std::int64_t patience_;
  Goal goal_ = Goal::smaller;
  double min_delta_ = 0;
  bool restore_ = false;
  std::int64_t best_epoch_ = 0;
  double best_ = 0;
  std::vector<nn::NamedTensor> best_weights_;
  std::vector<nn::NamedTensor> weights_;  // of the model, while there is one
};

/// Sets the learning rate before each epoch (numbered from 1) to what a function says.
class CAIRN_API LearningRateScheduler : public Callback {
 public:
  /// `rate` is given the epoch that begins.
  explicit LearningRateScheduler(std::function<double(std::int64_t epoch)> rate)
      : rate_(std::move(rate)) {}
  void on_epoch_begin(Model&, std::int64_t epoch) override;

 private:
  std::function<double(std::int64_t epoch)> rate_;
};

/// Saves the weights after each epoch, or after those that are the best so far.
class CAIRN_API ModelCheckpoint : public Callback {
 public:
  /// "{epoch}" in the path becomes the epoch's number.
  explicit ModelCheckpoint(std::string path) : path_(std::move(path)) {}
  /// Saves only when this figure is better than ever before.
  ModelCheckpoint& best_of(std::string monitor, Goal goal) {
    return monitor_ = std::move(monitor), goal_ = goal, *this;
  }

  void on_train_begin(Model&) override;
  void on_epoch_end(Model&, std::int64_t epoch, const Scores& scores) override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 private:
  std::string path_;
  std::string monitor_;
  Goal goal_ = Goal::smaller;
  bool any_ = false;
  double best_ = 0;
};

}  // namespace cairn::train
