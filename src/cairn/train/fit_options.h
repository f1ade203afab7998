#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cairn/data/dataset.h>
#include <cairn/data/transform.h>
#include <cairn/optim/plateau.h>
#include <cairn/optim/schedule.h>

namespace cairn::train {

class Callback;

/// When something happens.
enum class Every { epoch, step };

/// How fit() trains. Chained setters.
class CAIRN_API FitOptions {
 public:
  /// How often the whole training set is seen (default: 1).
  FitOptions& epochs(std::int64_t n) { return epochs_ = n, *this; }
  /// Samples a step (default: 32).
  FitOptions& batch_size(std::int64_t n) { return batch_size_ = n, *this; }
  /// A new order of the samples every epoch (default: yes).
  FitOptions& shuffle(bool on) { return shuffle_ = on, *this; }
  /// Decides the order of the samples and which are set aside (default: 0).
  FitOptions& seed(std::uint64_t value) { return seed_ = value, *this; }
  /// Gathers up to this many batches ahead on another thread (default: 0). Pays where a
  /// data set's gather() is slow; see data::DataLoaderOptions.
  FitOptions& prefetch(std::int64_t batches) { return prefetch_ = batches, *this; }
  /// Changes the inputs of each training batch, after those that were given before;
  /// those of validation stay as they are. See data::DataLoaderOptions.
  ///@{
  FitOptions& transform(std::shared_ptr<const data::Transform> transform) {
    return transforms_.push_back(std::move(transform)), *this;
  }
  template <class T, class = std::enable_if_t<std::is_base_of_v<data::Transform, T>>>
  FitOptions& transform(T value) {
    return transform(std::shared_ptr<const data::Transform>(
        std::make_shared<const T>(std::move(value))));
  }
  ///@}
  /// Evaluated after each epoch.
  ///@{
  FitOptions& validation_data(const Tensor& x, const Tensor& y);
  FitOptions& validation_data(std::shared_ptr<const data::Dataset> dataset) {
    return validation_ = std::move(dataset), *this;
  }
  ///@}
  /// Sets this share of the training samples aside, by lot, and validates on them.
  FitOptions& validation_split(double share) {
    return validation_split_ = share, *this;
  }
  /// Changes the learning rate: after every epoch, or after every step. Made after
  /// compile(), of model.optimizer(); must outlive the call of fit().
  FitOptions& schedule(optim::LRScheduler& schedule, Every every = Every::epoch) {
    return schedules_.push_back({&schedule, every}), *this;
  }
  /// Likewise, by a figure of each epoch's scores.
  FitOptions& schedule(optim::ReduceLROnPlateau& schedule,
                       std::string monitor = "val_loss") {
    return plateaus_.push_back({&schedule, std::move(monitor)}), *this;
  }
  /// Clips the gradients before each step: their norm, with optim::clip_grad_norm_, or
  /// every element, with optim::clip_grad_value_ (default: neither). A norm that is not
  /// finite is an error.
  ///@{
  FitOptions& clip_grad_norm(double max_norm) { return max_norm_ = max_norm, *this; }
  FitOptions& clip_grad_value(double value) { return clip_value_ = value, *this; }
  ///@}
  /// Goes on where the fit() stood that wrote this checkpoint, as if it had never
  /// ended: same weights and figures, bit for bit, if data set, options, callbacks and
  /// schedules are the same; only epochs() may be another. An empty path begins anew.
  /// See Checkpoint.
  FitOptions& resume(std::string checkpoint) {
    return resume_ = std::move(checkpoint), *this;
  }
  /// Told what happens; must outlive the call of fit().
  FitOptions& callback(Callback& callback) {
    return callbacks_.push_back(&callback), *this;
  }
  /// Where the progress is shown (default: nowhere). See Progress.
  FitOptions& progress(std::ostream& stream) { return progress_ = &stream, *this; }

 private:
  friend class Model;
  struct Scheduled {
    optim::LRScheduler* schedule;
    Every every;
  };
  struct Monitored {
    optim::ReduceLROnPlateau* schedule;
    std::string monitor;
  };
  std::int64_t epochs_ = 1, batch_size_ = 32, prefetch_ = 0;
  bool shuffle_ = true;
  std::uint64_t seed_ = 0;
  double validation_split_ = 0;
  data::Transforms transforms_;
  std::shared_ptr<const data::Dataset> validation_;
  std::vector<Callback*> callbacks_;
  std::vector<Scheduled> schedules_;
  std::vector<Monitored> plateaus_;
  double max_norm_ = -1, clip_value_ = -1;  // none
  std::string resume_;
  std::ostream* progress_ = nullptr;
};

}  // namespace cairn::train
