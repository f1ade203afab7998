#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <cairn/train/callbacks.h>

namespace cairn::train {

/// Writes a checkpoint after every epoch, with which FitOptions::resume goes on exactly
/// where the run ended, killed or not. A program that may be started again and again:
///
///     train::Checkpoint checkpoint("run/{epoch}.safetensors");
///     model.fit(x, y, train::FitOptions()
///                         .epochs(20)
///                         .callback(checkpoint)
///                         .resume(checkpoint.latest()));
///
/// A file is whole or not there at all, whenever the program is killed.
class CAIRN_API Checkpoint : public Callback {
 public:
  /// "{epoch}" or "{step}" in the file's name becomes the number of the epoch at hand,
  /// or of the step from the first epoch on; with neither, the file is replaced each
  /// time. Folders are made.
  explicit Checkpoint(std::string path);
  /// Also after each n steps (default: 0, after epochs alone).
  Checkpoint& every_steps(std::int64_t n);
  /// Leaves no more than the last k files (default: 2, 0 leaves all): removes those of
  /// lower numbers, after the new one is on disk.
  Checkpoint& keep(std::int64_t k);

  /// The file with the highest number, or "" where there is none.
  std::string latest() const;

  void on_train_begin(Model&) override;
  void on_step_settled(Model&, std::int64_t epoch, std::int64_t step) override;
  void on_epoch_settled(Model&, std::int64_t epoch) override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 private:
  void save(Model& model, std::int64_t epoch);

  std::string folder_, head_, tail_;  // of the path: before and behind the number
  enum class Number { none, epoch, step } number_ = Number::none;
  std::int64_t every_ = 0, keep_ = 2;
  std::int64_t step_ = 0;
};

}  // namespace cairn::train
