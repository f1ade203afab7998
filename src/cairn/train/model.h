#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cairn/data/dataset.h>
#include <cairn/nn/module.h>
#include <cairn/optim/optimizer.h>
#include <cairn/train/history.h>
#include <cairn/train/metrics.h>

namespace cairn::data {
class DataLoader;
}

namespace cairn::train {

class Callback;
class Progress;

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
  /// Told what happens; must outlive the call of fit().
  FitOptions& callback(Callback& callback) {
    return callbacks_.push_back(&callback), *this;
  }
  /// Where the progress is shown (default: nowhere). See Progress.
  FitOptions& progress(std::ostream& stream) { return progress_ = &stream, *this; }

 private:
  friend class Model;
  std::int64_t epochs_ = 1, batch_size_ = 32, prefetch_ = 0;
  bool shuffle_ = true;
  std::uint64_t seed_ = 0;
  double validation_split_ = 0;
  std::shared_ptr<const data::Dataset> validation_;
  std::vector<Callback*> callbacks_;
  std::ostream* progress_ = nullptr;
};

/// A module with what it takes to train it: the loop that every program writes, written
/// once, under Keras's names.
///
///     train::Model model(
///         nn::Sequential(nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10)));
///     model.compile(optim::AdamOptions(1e-3), train::cross_entropy(),
///                   {train::accuracy()});
///     model.fit(x, y,
///               train::FitOptions().epochs(5).batch_size(32).progress(std::cout));
class CAIRN_API Model {
 public:
  /// Owns a copy of the module; give a std::shared_ptr to share it.
  template <class M,
            class = std::enable_if_t<std::is_base_of_v<nn::Module, std::decay_t<M>>>>
  explicit Model(M&& module)
      : Model(std::make_shared<std::decay_t<M>>(std::forward<M>(module))) {}
  /// Shares the module.
  ///@{
  template <class M, class = std::enable_if_t<std::is_base_of_v<nn::Module, M>>>
  explicit Model(std::shared_ptr<M> module)
      : Model(std::shared_ptr<nn::Module>(std::move(module))) {}
  explicit Model(std::shared_ptr<nn::Module> module);
  ///@}
  ~Model();
  /// Moved, not copied. The one moved from may only be assigned to or destroyed.
  ///@{
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ///@}

  /// Chooses optimizer, loss and metrics; the optimizer starts anew.
  Model& compile(const optim::OptimizerOptions& optimizer, Loss loss,
                 std::vector<Metric> metrics = {});

  /// Trains and returns what was seen. Throws ValueError before compile(), for settings
  /// that make no sense, for no samples, and when the loss is no longer a number: then
  /// the text names epoch and step.
  ///@{
  History fit(const Tensor& x, const Tensor& y, const FitOptions& options = {});
  History fit(std::shared_ptr<const data::Dataset> dataset,
              const FitOptions& options = {});
  ///@}

  /// Loss and metrics over a data set, without training.
  ///@{
  Scores evaluate(const Tensor& x, const Tensor& y, std::int64_t batch_size = 256);
  Scores evaluate(std::shared_ptr<const data::Dataset> dataset,
                  std::int64_t batch_size = 256);
  ///@}

  /// The outputs for all samples. u8 inputs are read as shares of 255, as fit() does.
  ///@{
  Tensor predict(const Tensor& x, std::int64_t batch_size = 256);
  Tensor predict(std::shared_ptr<const data::Dataset> dataset,
                 std::int64_t batch_size = 256);
  ///@}

  /// A table of the layers with the shapes they give and their numbers of parameters,
  /// for samples of `input_shape` (without the batch).
  std::string summary(const Shape& input_shape);

  /// Writes parameters and buffers as safetensors, whole or not at all.
  void save(const std::string& path);
  /// Reads them back. Throws where file and model do not fit; nothing is changed then.
  void load(const std::string& path);

  /// What is trained.
  nn::Module& module() { return *module_; }
  /// What trains it. Throws ValueError before compile().
  optim::Optimizer& optimizer();
  /// Ends fit() after the epoch at hand; for callbacks.
  void stop_training() { stopping_ = true; }

 private:
  class Tally;
  void require_compiled(const char* operation) const;
  Scores run_epoch(data::DataLoader& loader, std::int64_t epoch,
                   const FitOptions& options, Progress& progress);
  double train_step(const data::Batch& batch, Tally& tally);

  std::shared_ptr<nn::Module> module_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  Loss loss_;
  std::vector<Metric> metrics_;
  bool stopping_ = false;
  std::int64_t steps_ = 0;  // of the fit() at hand
};

}  // namespace cairn::train
