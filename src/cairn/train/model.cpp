#include <cairn/train/model.h>

#include <cairn/core/random.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/data/loader.h>
#include <cairn/io/checkpoint.h>
#include <cairn/io/safetensors.h>
#include <cairn/train/evaluating.h>
#include <cairn/train/fit.h>
#include <cairn/train/tally.h>

namespace cairn::train {

using detail::concat;

namespace {

using DatasetPointer = std::shared_ptr<const data::Dataset>;

DatasetPointer make_dataset(const Tensor& x, const Tensor& y) {
  return std::make_shared<const data::TensorDataset>(x, y);
}

}  // namespace

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

History Model::fit(const Tensor& x, const Tensor& y, const FitOptions& options) {
  return fit(make_dataset(x, y), options);
}

History Model::fit(DatasetPointer dataset, const FitOptions& options) {
  require_compiled("fit");
  Fit run(*this, std::move(dataset), options);
  return run.run();
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
    if (y.dim() == 0 || y.size(0) != batch.x.size(0)) {
      throw ShapeError(concat("predict: the model made ", y.shape(), " of ",
                              batch.x.shape(),
                              ", which is not one output for each sample; a single "
                              "sample is a batch of one: x.unsqueeze(0)"));
    }
    if (!outputs.defined()) {
      Shape shape = y.shape();
      shape[0] = loader.dataset().size();
      outputs = empty(shape, y.dtype());
    }
    outputs.slice(0, row, row + y.size(0)).copy_(y);
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

void Model::save_checkpoint(const std::string& path) {
  require_compiled("save_checkpoint");
  StateDict all;
  append_state(all, "model/", module_->state());
  append_state(all, "optimizer/", optimizer_->state_dict());
  append_state(all, "generator/", default_generator().state_dict());
  if (fit_ != nullptr) append_state(all, "fit/", fit_->state());
  io::save_checkpoint(path, all);
}

void Model::load_checkpoint(const std::string& path) {
  require_compiled("load_checkpoint");
  restore(io::load_checkpoint(path));
}

void Model::restore(const StateDict& checkpoint) {
  Generator generator;
  generator.load_state_dict(state_part(checkpoint, "generator/"));
  const StateDict weights = state_part(checkpoint, "model/");
  module_->check_state(weights);
  optimizer_->load_state_dict(state_part(checkpoint, "optimizer/"));
  // All is known to fit; nothing below this line throws.
  module_->load_state(weights);
  default_generator() = generator;
}

}  // namespace cairn::train
