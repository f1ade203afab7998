#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cairn/data/dataset.h>
#include <cairn/nn/module.h>
#include <cairn/optim/optimizer.h>
#include <cairn/train/fit_options.h>
#include <cairn/train/history.h>
#include <cairn/train/metrics.h>

namespace cairn::train {

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
  /// for samples of `input_shape` (without the batch), in the dtype of the parameters or,
  /// where the first layer wants another, such as an Embedding's i64, in `input`.
  ///@{
  std::string summary(const Shape& input_shape);
  std::string summary(const Shape& input_shape, DType input);
  ///@}

  /// Writes parameters and buffers as safetensors, whole or not at all.
  void save(const std::string& path);
  /// Reads them back. Throws where file and model do not fit; nothing is changed then.
  void load(const std::string& path);

  /// Writes all that decides how training goes on: parameters and buffers, the
  /// optimizer, the default generator and, when a callback asks during fit(), where
  /// that stands. See io::save_checkpoint for the file and FitOptions::resume for the
  /// way back. Throws ValueError before compile(), and IoError.
  void save_checkpoint(const std::string& path);
  /// Reads parameters, buffers, the optimizer's state and the generator's back. To go
  /// on with a fit(), use FitOptions::resume instead. Throws FormatError for a file
  /// that is no intact checkpoint, ValueError, ShapeError and DTypeError for that of
  /// another model or optimizer; nothing is changed then.
  void load_checkpoint(const std::string& path);

  /// What is trained.
  nn::Module& module() { return *module_; }
  /// What trains it. Throws ValueError before compile().
  optim::Optimizer& optimizer();
  /// Ends fit() after the epoch at hand; for callbacks.
  void stop_training() { stopping_ = true; }

 private:
  class Fit;
  void require_compiled(const char* operation) const;
  void restore(const StateDict& checkpoint);

  std::shared_ptr<nn::Module> module_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  Loss loss_;
  std::vector<Metric> metrics_;
  bool stopping_ = false;
  const Fit* fit_ = nullptr;  // the one at hand
};

}  // namespace cairn::train
