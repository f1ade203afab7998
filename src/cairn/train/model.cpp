#include <cairn/train/model.h>

#include <chrono>
#include <cmath>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/data/loader.h>
#include <cairn/io/safetensors.h>
#include <cairn/ops/copy.h>
#include <cairn/train/callbacks.h>
#include <cairn/train/evaluating.h>
#include <cairn/train/progress.h>

namespace cairn::train {

using detail::concat;

namespace {

using DatasetPointer = std::shared_ptr<const data::Dataset>;

DatasetPointer make_dataset(const Tensor& x, const Tensor& y) {
  return std::make_shared<const data::TensorDataset>(x, y);
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

void check_options(std::int64_t epochs, double split, bool has_validation) {
  if (epochs < 1) {
    throw ValueError(
        concat("fit: ", epochs, " epochs train nothing; ask for 1 or more"));
  }
  if (split != 0 && has_validation) {
    throw ValueError("fit: give validation_data or validation_split, not both");
  }
}

}  // namespace

// Loss and metrics of the samples seen so far.
class Model::Tally {
 public:
  explicit Tally(const std::vector<Metric>& metrics)
      : metrics_(metrics), totals_(metrics.size(), 0) {}

  void add(double loss, const Tensor& prediction, const Tensor& target) {
    const auto n = static_cast<double>(prediction.size(0));
    samples_ += n;
    loss_ += loss * n;
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      totals_[i] += metrics_[i].total(prediction, target);
    }
  }

  double loss() const { return loss_ / samples_; }

  Scores scores(const std::string& prefix) const {
    Scores scores{{prefix + "loss", loss()}};
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      scores.emplace_back(prefix + metrics_[i].name, totals_[i] / samples_);
    }
    return scores;
  }

 private:
  const std::vector<Metric>& metrics_;
  std::vector<double> totals_;
  double samples_ = 0, loss_ = 0;
};

FitOptions& FitOptions::validation_data(const Tensor& x, const Tensor& y) {
  return validation_data(make_dataset(x, y));
}

Model::Model(std::shared_ptr<nn::Module> module) : module_(std::move(module)) {
  if (module_ == nullptr) throw ValueError("Model: there is no module");
}

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

Model& Model::compile(const optim::OptimizerOptions& optimizer, Loss loss,
                      std::vector<Metric> metrics) {
  optimizer_ = optimizer.make(module_->parameters());
  loss_ = std::move(loss);
  metrics_ = std::move(metrics);
  return *this;
}

void Model::require_compiled(const char* operation) const {
  if (optimizer_ != nullptr) return;
  throw ValueError(concat(operation,
                          ": call compile() first, to choose an optimizer and a "
                          "loss"));
}

optim::Optimizer& Model::optimizer() {
  require_compiled("optimizer");
  return *optimizer_;
}

double Model::train_step(const data::Batch& batch, Tally& tally) {
  optimizer_->zero_grad();
  const Tensor prediction = module_->forward(batch.x);
  const Tensor loss = loss_.mean(prediction, batch.y);
  const double value = loss.item<double>();
  if (!std::isfinite(value)) return value;
  loss.backward();
  optimizer_->step();
  tally.add(value, prediction, batch.y);
  return value;
}

History Model::fit(const Tensor& x, const Tensor& y, const FitOptions& options) {
  return fit(make_dataset(x, y), options);
}

History Model::fit(DatasetPointer dataset, const FitOptions& options) {
  require_compiled("fit");
  check_options(options.epochs_, options.validation_split_,
                options.validation_ != nullptr);
  DatasetPointer validation = options.validation_;
  if (options.validation_split_ != 0) {
    const data::Split split = data::train_validation_split(
        std::move(dataset), options.validation_split_, options.seed_);
    dataset = std::make_shared<const data::Subset>(split.train);
    validation = std::make_shared<const data::Subset>(split.validation);
  }
  data::DataLoader loader(dataset, data::DataLoaderOptions(options.batch_size_)
                                       .shuffle(options.shuffle_)
                                       .prefetch(options.prefetch_)
                                       .seed(options.seed_));
  Progress progress(options.progress_);
  History history;
  stopping_ = false;
  steps_ = 0;
  for (Callback* callback : options.callbacks_) callback->on_train_begin(*this);
  for (std::int64_t epoch = 1; epoch <= options.epochs_ && !stopping_; ++epoch) {
    const Stopwatch watch;
    progress.begin_epoch(epoch, options.epochs_, loader.size());
    Scores scores = run_epoch(loader, epoch, options, progress);
    if (validation != nullptr) {
      for (auto& [name, value] : evaluate(validation)) {
        scores.emplace_back("val_" + name, value);
      }
    }
    history.add(scores, watch.seconds());
    progress.end_epoch(scores, watch.seconds());
    for (Callback* callback : options.callbacks_) {
      callback->on_epoch_end(*this, epoch, scores);
    }
  }
  for (Callback* callback : options.callbacks_) callback->on_train_end(*this);
  return history;
}

Scores Model::run_epoch(data::DataLoader& loader, std::int64_t epoch,
                        const FitOptions& options, Progress& progress) {
  for (Callback* callback : options.callbacks_) callback->on_epoch_begin(*this, epoch);
  module_->train();
  Tally tally(metrics_);
  std::int64_t done = 0;
  for (const data::Batch& batch : loader) {
    const double loss = train_step(batch, tally);
    ++done;
    if (!std::isfinite(loss)) {
      throw ValueError(concat("fit: the loss became ", loss, " in epoch ", epoch,
                              ", step ", done, " of ", loader.size(),
                              ", at a learning rate of ", optimizer_->learning_rate(),
                              "; lower the rate, or look for NaN in the data"));
    }
    ++steps_;
    progress.step(done, tally.loss());
    for (Callback* callback : options.callbacks_) {
      callback->on_batch_end(*this, steps_, loss);
    }
  }
  return tally.scores("");
}

Scores Model::evaluate(const Tensor& x, const Tensor& y, std::int64_t batch_size) {
  return evaluate(make_dataset(x, y), batch_size);
}

Scores Model::evaluate(DatasetPointer dataset, std::int64_t batch_size) {
  require_compiled("evaluate");
  const Evaluating scope(*module_);
  data::DataLoader loader(std::move(dataset), data::DataLoaderOptions(batch_size));
  Tally tally(metrics_);
  for (const data::Batch& batch : loader) {
    const Tensor prediction = module_->forward(batch.x);
    tally.add(loss_.mean(prediction, batch.y).item<double>(), prediction, batch.y);
  }
  return tally.scores("");
}

Tensor Model::predict(const Tensor& x, std::int64_t batch_size) {
  return predict(make_dataset(x, Tensor()), batch_size);
}

Tensor Model::predict(DatasetPointer dataset, std::int64_t batch_size) {
  const Evaluating scope(*module_);
  data::DataLoader loader(std::move(dataset), data::DataLoaderOptions(batch_size));
  Tensor outputs;
  std::int64_t row = 0;
  for (const data::Batch& batch : loader) {
    const Tensor y = module_->forward(batch.x);
    if (!outputs.defined()) {
      Shape shape = y.shape();
      shape[0] = loader.dataset().size();
      outputs = empty(shape, y.dtype());
    }
    detail::copy_elements(outputs.slice(0, row, row + y.size(0)), y);
    row += y.size(0);
  }
  return outputs;
}

void Model::save(const std::string& path) {
  io::save_safetensors(path, module_->state());
}

void Model::load(const std::string& path) {
  module_->load_state(io::load_safetensors(path));
}

}  // namespace cairn::train
