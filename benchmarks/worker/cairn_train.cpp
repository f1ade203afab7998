// Whole training steps, fit(), and inference with Cairn's layers.
#include <memory>

#include <cairn/cairn.h>

#include "cairn_jobs.h"
#include "networks.h"

namespace cairn::bench {
namespace {

using nn::Conv2d;
using nn::Conv2dOptions;
using nn::Flatten;
using nn::Linear;
using nn::MaxPool2d;
using nn::ReLU;
using nn::Sequential;

Sequential perceptron(const std::vector<std::int64_t>& widths) {
  Sequential model;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    if (i > 0) model.add(ReLU());
    model.add(Linear(widths[i], widths[i + 1]));
  }
  return model;
}

Sequential lenet() {
  return Sequential(Conv2d(Conv2dOptions(1, 6, 5).padding(2)), ReLU(), MaxPool2d(2),
                    Conv2d(6, 16, 5), ReLU(), MaxPool2d(2), Flatten(), Linear(400, 120),
                    ReLU(), Linear(120, 84), ReLU(), Linear(84, 10));
}

Sequential cnn() {
  return Sequential(Conv2d(Conv2dOptions(1, 32, 3).padding(1)), ReLU(),
                    Conv2d(Conv2dOptions(32, 64, 3).padding(1)), ReLU(), MaxPool2d(2),
                    Flatten(), Linear(64 * 14 * 14, 128), ReLU(), Linear(128, 10));
}

Conv2d plain_conv(std::int64_t in, std::int64_t out, std::int64_t size,
                  std::int64_t stride) {
  return Conv2d(
      Conv2dOptions(in, out, size).stride(stride).padding(size / 2).bias(false));
}

/// relu(F(x) + x), where x passes a 1×1 convolution if its shape changes.
class Residual : public nn::Module {
 public:
  Residual(std::int64_t in, std::int64_t out, std::int64_t stride)
      : path_(plain_conv(in, out, 3, stride), nn::BatchNorm2d(out), ReLU(),
              plain_conv(out, out, 3, 1), nn::BatchNorm2d(out)) {
    if (in != out) {
      shortcut_.add(plain_conv(in, out, 1, stride)).add(nn::BatchNorm2d(out));
    }
  }
  Tensor forward(const Tensor& x) override {
    const Tensor kept = shortcut_.size() ? shortcut_.forward(x) : x;
    return relu(add(path_.forward(x), kept));
  }
  void parts(nn::Parts& parts) override {
    parts.module("path", path_);
    parts.module("shortcut", shortcut_);
  }
  std::string describe() const override { return "Residual()"; }

 private:
  Sequential path_, shortcut_;
};

Sequential resnet20() {
  Sequential model(plain_conv(3, 16, 3, 1), nn::BatchNorm2d(16), ReLU());
  std::int64_t in = 16;
  for (const std::int64_t out : {16, 32, 64}) {
    for (int block = 0; block < 3; ++block) {
      model.add(Residual(in, out, in != out ? 2 : 1));
      in = out;
    }
  }
  return model.add(nn::AvgPool2d(8)).add(Flatten()).add(Linear(64, 10));
}

/// What comes for each step of each sequence, row by row.
class Rows : public nn::Module {
 public:
  Tensor forward(const Tensor& x) override { return x.reshape({-1, x.size(-1)}); }
  std::string describe() const override { return "Rows()"; }
};

Sequential of_characters(bool lstm) {
  Sequential model(nn::Embedding(kCharacters, kEmbedded));
  if (lstm) model.add(nn::LSTM(kEmbedded, kHidden));
  else model.add(nn::GRU(kEmbedded, kHidden));
  return model.add(Rows()).add(Linear(kHidden, kCharacters));
}

/// Positions and layers of the GPT.
class GptLayers : public nn::Module {
 public:
  Tensor forward(const Tensor& x) override { return encoder_(x + positions_); }
  void parts(nn::Parts& parts) override {
    parts.parameter("positions", positions_);
    parts.module("encoder", encoder_);
  }
  std::string describe() const override { return "GptLayers()"; }

 private:
  Tensor positions_ = zeros({kGptSteps, kGptWidth}).requires_grad_();
  nn::TransformerEncoder encoder_{
      nn::TransformerEncoderLayerOptions(kGptWidth, kGptHeads)
          .dim_feedforward(kGptBetween)
          .dropout(0)
          .activation(nn::Activation::gelu_tanh)
          .norm_first()
          .causal(),
      kGptLayers, /*final_norm=*/true};
};

Sequential gpt() {
  return Sequential(nn::Embedding(kCharacters, kGptWidth), GptLayers(), Rows(),
                    Linear(kGptWidth, kCharacters));
}

std::shared_ptr<Sequential> build(const TrainProblem& problem) {
  Sequential model = problem.network == "mlp"        ? perceptron(problem.widths)
                     : problem.network == "lenet"    ? lenet()
                     : problem.network == "cnn"      ? cnn()
                     : problem.network == "char-gpt" ? gpt()
                     : problem.of_characters()
                         ? of_characters(problem.network == "char-lstm")
                         : resnet20();
  std::int64_t index = 0, fan_in = 1;
  for (const auto& [name, parameter] : model.named_parameters()) {
    if (parameter.dim() > 1) fan_in = parameter.numel() / parameter.size(0);
    if (!is_of_norm(problem, name, parameter.dim(), parameter.size(0))) {
      fill_parameter(parameter.data<float>(), parameter.numel(), index, fan_in);
    }
    ++index;
  }
  return std::make_shared<Sequential>(std::move(model));
}

Shape batch_shape(const TrainProblem& problem, std::int64_t count) {
  std::vector<std::int64_t> sizes = problem.sample();
  sizes.insert(sizes.begin(), count);
  return Shape(sizes);
}

Tensor inputs(const TrainProblem& problem, std::int64_t batch) {
  const Shape shape = batch_shape(problem, problem.batch);
  if (problem.of_characters()) {
    return Tensor::from_vector(characters(problem, problem.batch, 1000 + batch), shape);
  }
  const Tensor x = empty(shape);
  fill_batch(x.data<float>(), x.numel(), batch);
  return x;
}

std::unique_ptr<optim::Optimizer> optimizer(const TrainProblem& problem,
                                            std::vector<Tensor> parameters) {
  if (problem.optimizer == "sgd") return optim::SGDOptions(1e-2).make(parameters);
  return optim::AdamOptions(1e-3).make(parameters);
}

/// A model, its optimizer and the batches that come round.
struct Training {
  explicit Training(const TrainProblem& problem)
      : model(build(problem)), method(optimizer(problem, model->parameters())) {
    for (std::int64_t i = 0; i < kBatches; ++i) {
      x.push_back(inputs(problem, i));
      y.push_back(Tensor::from_vector(labels_of(problem, problem.batch, i)));
    }
  }
  Tensor step() {
    const std::int64_t i = steps++ % kBatches;
    method->zero_grad();
    const Tensor loss = cross_entropy(model->forward(x[i]), y[i]);
    loss.backward();
    method->step();
    return loss;
  }

  std::shared_ptr<Sequential> model;
  std::unique_ptr<optim::Optimizer> method;
  std::vector<Tensor> x, y;
  std::int64_t steps = 0;
};

}  // namespace

Job train_job(Case& words) {
  const auto training = std::make_shared<Training>(TrainProblem(words));
  Job job;
  job.run = [=] { training->step(); };
  job.loss = [=] { return training->step().item<double>(); };
  return job;
}

Job fit_job(Case& words) {
  const TrainProblem problem(words);
  const std::int64_t batches = words.number();
  const std::int64_t count = problem.batch * batches;
  Tensor x, y = Tensor::from_vector(labels_of(problem, count, 1));
  if (problem.of_characters()) {
    x = Tensor::from_vector(characters(problem, count, 1), batch_shape(problem, count));
    y = y.reshape(x.shape());
  } else {
    x = empty(batch_shape(problem, count));
    bench_fill(x.data<float>(), x.numel(), 1);
  }
  const auto model = std::make_shared<train::Model>(build(problem));
  const train::Loss loss{"cross_entropy", [](const Tensor& logits, const Tensor& y) {
                           return cross_entropy(logits, y.reshape({-1}));
                         }};
  model->compile(optim::AdamOptions(1e-3), loss);
  Job job;
  const auto fit = [=] {
    const auto options = train::FitOptions().epochs(1).batch_size(problem.batch);
    return model->fit(x, y, options);
  };
  job.run = [=] { fit(); };
  job.loss = [=] { return fit()["loss"].back(); };
  return job;
}

Job infer_job(Case& words) {
  const TrainProblem problem(words);
  const auto model = build(problem);
  model->eval();
  const Tensor x = inputs(problem, 0);
  Job job;
  job.run = [=] {
    const NoGradGuard guard;
    model->forward(x);
  };
  job.loss = [=] {
    const NoGradGuard guard;
    return model->forward(x).sum().item<double>();
  };
  return job;
}

}  // namespace cairn::bench
