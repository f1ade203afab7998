// libtorch: convolutions in the layout that it is fastest with, elementwise work, whole
// training steps and inference.
#include <torch/torch.h>
#include <torch/version.h>

#include <memory>

#include "networks.h"
#include "worker.h"

using namespace cairn::bench;
namespace nn = torch::nn;

namespace {

torch::Tensor view_of(Buffer& buffer, at::IntArrayRef shape) {
  return torch::from_blob(buffer.data(), shape);
}

void take(const torch::Tensor& tensor, Buffer& out) {
  const torch::Tensor plain = tensor.contiguous();
  std::copy_n(plain.data_ptr<float>(), out.size(), out.data());
}

// ── Convolution ─────────────────────────────────────────────────────────────────────

Job conv_in(const std::shared_ptr<ConvProblem>& p, at::MemoryFormat format,
            const char* note) {
  const BenchConv& s = p->sizes;
  const auto x = view_of(p->x, {s.batch, s.in, s.height, s.width}).clone(format);
  const auto w =
      view_of(p->w, {s.out, p->in_group(), s.kernel_h, s.kernel_w}).clone(format);
  const auto dy = view_of(p->y, {s.batch, s.out, p->oh, p->ow}).clone(format);
  const std::vector<std::int64_t> stride(2, s.stride), padding(2, s.padding),
      dilation(2, s.dilation), none(2, 0);
  const auto result = std::make_shared<torch::Tensor>();
  const BenchPass pass = p->pass;
  Job job;
  job.note = note;
  job.run = [=] {
    const torch::InferenceMode guard;
    if (pass == kForward) {
      *result = at::conv2d(x, w, {}, stride, padding, dilation, s.groups);
    } else {
      const bool input = pass == kInputGradient;
      const auto gradients = at::convolution_backward(
          dy, x, w, at::OptionalIntArrayRef(), stride, padding, dilation, false, none,
          s.groups, {input, !input, false});
      *result = input ? std::get<0>(gradients) : std::get<1>(gradients);
    }
  };
  job.error = [=] { return take(*result, p->result()), p->error(); };
  return job;
}

Job convolution(Case& words) {
  const auto p = std::make_shared<ConvProblem>(words);
  return fastest({conv_in(p, at::MemoryFormat::ChannelsLast, "channels last"),
                  conv_in(p, at::MemoryFormat::Contiguous, "channels first")});
}

// ── Elementwise ─────────────────────────────────────────────────────────────────────

/// Into a result that is there already, which is torch's fastest way.
Job map(Case& words) {
  const std::string name = words.word();
  const std::int64_t n = words.number();
  const auto x = std::make_shared<Buffer>(n, 1), y = std::make_shared<Buffer>(n);
  const torch::Tensor in = view_of(*x, {n});
  torch::Tensor out = view_of(*y, {n});
  Job job;
  job.run = [=]() mutable {
    const torch::InferenceMode guard;
    if (name == "exp") {
      at::exp_out(out, in);
    } else if (name == "tanh") {
      at::tanh_out(out, in);
    } else {
      at::sigmoid_out(out, in);
    }
  };
  job.error = [=] { return bench_check_map(name.c_str(), n, x->data(), y->data()); };
  return job;
}

Job rows(Case& words) {
  const std::string name = words.word();
  const std::int64_t r = words.number(), c = words.number();
  const auto x = std::make_shared<Buffer>(r * c, 1);
  const torch::Tensor in = view_of(*x, {r, c});
  const auto y = std::make_shared<torch::Tensor>();
  Job job;
  job.run = [=] {
    const torch::InferenceMode guard;
    *y = name == "softmax" ? at::softmax(in, 1) : at::layer_norm(in, {c});
  };
  job.error = [=] {
    return bench_check_rows(name.c_str(), r, c, x->data(), y->data_ptr<float>());
  };
  return job;
}

Job adam(Case& words) {
  const std::int64_t n = words.number();
  const auto before = std::make_shared<Buffer>(n, 1),
             g = std::make_shared<Buffer>(n, 2);
  torch::Tensor w = view_of(*before, {n}).clone().requires_grad_();
  w.mutable_grad() = view_of(*g, {n});
  const auto method = std::make_shared<torch::optim::Adam>(
      std::vector<torch::Tensor>{w}, torch::optim::AdamOptions(1e-3));
  Job job;
  job.run = [=] { method->step(); };
  job.error = [=] {
    return bench_check_adam(n, before->data(), g->data(), w.data_ptr<float>());
  };
  return job;
}

// ── Networks ────────────────────────────────────────────────────────────────────────

nn::Conv2d conv(std::int64_t in, std::int64_t out, std::int64_t size,
                std::int64_t padding, std::int64_t stride = 1, bool bias = true) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, size).padding(padding).stride(stride).bias(bias));
}

struct ResidualImpl : nn::Module {
  ResidualImpl(std::int64_t in, std::int64_t out, std::int64_t stride) {
    path = register_module(
        "path", nn::Sequential(conv(in, out, 3, 1, stride, false), nn::BatchNorm2d(out),
                               nn::ReLU(), conv(out, out, 3, 1, 1, false),
                               nn::BatchNorm2d(out)));
    if (in != out) {
      shortcut = register_module(
          "shortcut",
          nn::Sequential(conv(in, out, 1, 0, stride, false), nn::BatchNorm2d(out)));
    }
  }
  torch::Tensor forward(torch::Tensor x) {
    const torch::Tensor kept = shortcut.is_empty() ? x : shortcut->forward(x);
    return torch::relu(path->forward(x) + kept);
  }
  nn::Sequential path{nullptr}, shortcut{nullptr};
};
TORCH_MODULE(Residual);

/// The layer's sequence, row by row.
struct RecurrentImpl : nn::Module {
  explicit RecurrentImpl(bool is_lstm) {
    if (is_lstm) {
      lstm = register_module(
          "lstm", nn::LSTM(nn::LSTMOptions(kEmbedded, kHidden).batch_first(true)));
    } else {
      gru = register_module(
          "gru", nn::GRU(nn::GRUOptions(kEmbedded, kHidden).batch_first(true)));
    }
  }
  torch::Tensor forward(torch::Tensor x) {
    const torch::Tensor y =
        lstm.is_empty() ? std::get<0>(gru->forward(x)) : std::get<0>(lstm->forward(x));
    return y.reshape({-1, kHidden});
  }
  nn::LSTM lstm{nullptr};
  nn::GRU gru{nullptr};
};
TORCH_MODULE(Recurrent);

struct GptLayerImpl : nn::Module {
  GptLayerImpl() {
    const auto layer = [this](const char* name, std::int64_t in, std::int64_t out) {
      return register_module(name, nn::Linear(in, out));
    };
    in_proj = layer("in_proj", kGptWidth, 3 * kGptWidth);
    out_proj = layer("out_proj", kGptWidth, kGptWidth);
    linear1 = layer("linear1", kGptWidth, kGptBetween);
    linear2 = layer("linear2", kGptBetween, kGptWidth);
    const nn::LayerNormOptions width({kGptWidth});
    norm1 = register_module("norm1", nn::LayerNorm(width));
    norm2 = register_module("norm2", nn::LayerNorm(width));
  }
  torch::Tensor forward(torch::Tensor x) {
    std::vector<torch::Tensor> qkv = in_proj(norm1(x)).chunk(3, 2);
    for (torch::Tensor& t : qkv) {
      t = t.view({x.size(0), x.size(1), kGptHeads, -1}).transpose(1, 2);
    }
    const torch::Tensor found =
        at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], {}, 0.0, true);
    x = x + out_proj(found.transpose(1, 2).reshape(x.sizes()));
    return x + linear2(at::gelu(linear1(norm2(x)), "tanh"));
  }
  nn::Linear in_proj{nullptr}, out_proj{nullptr}, linear1{nullptr}, linear2{nullptr};
  nn::LayerNorm norm1{nullptr}, norm2{nullptr};
};
TORCH_MODULE(GptLayer);

/// Positions and layers, row by row.
struct GptImpl : nn::Module {
  GptImpl() {
    positions = register_parameter("positions", torch::zeros({kGptSteps, kGptWidth}));
    for (std::int64_t i = 0; i < kGptLayers; ++i) layers->push_back(GptLayer());
    register_module("layers", layers);
    norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({kGptWidth})));
  }
  torch::Tensor forward(torch::Tensor x) {
    return norm(layers->forward(x + positions)).flatten(0, 1);
  }
  torch::Tensor positions;
  nn::Sequential layers;
  nn::LayerNorm norm{nullptr};
};
TORCH_MODULE(Gpt);

nn::Sequential build(const TrainProblem& problem) {
  nn::Sequential model;
  if (problem.network == "mlp") {
    for (std::size_t i = 0; i + 1 < problem.widths.size(); ++i) {
      if (i > 0) model->push_back(nn::ReLU());
      model->push_back(nn::Linear(problem.widths[i], problem.widths[i + 1]));
    }
  } else if (problem.network == "lenet") {
    model = nn::Sequential(conv(1, 6, 5, 2), nn::ReLU(), nn::MaxPool2d(2),
                           conv(6, 16, 5, 0), nn::ReLU(), nn::MaxPool2d(2),
                           nn::Flatten(), nn::Linear(400, 120), nn::ReLU(),
                           nn::Linear(120, 84), nn::ReLU(), nn::Linear(84, 10));
  } else if (problem.network == "cnn") {
    model = nn::Sequential(
        conv(1, 32, 3, 1), nn::ReLU(), conv(32, 64, 3, 1), nn::ReLU(), nn::MaxPool2d(2),
        nn::Flatten(), nn::Linear(64 * 14 * 14, 128), nn::ReLU(), nn::Linear(128, 10));
  } else if (problem.network == "char-gpt") {
    model = nn::Sequential(nn::Embedding(kCharacters, kGptWidth), Gpt(),
                           nn::Linear(kGptWidth, kCharacters));
  } else if (problem.of_characters()) {
    model = nn::Sequential(nn::Embedding(kCharacters, kEmbedded),
                           Recurrent(problem.network == "char-lstm"),
                           nn::Linear(kHidden, kCharacters));
  } else {
    model =
        nn::Sequential(conv(3, 16, 3, 1, 1, false), nn::BatchNorm2d(16), nn::ReLU());
    std::int64_t in = 16;
    for (const std::int64_t out : {16, 32, 64}) {
      for (int block = 0; block < 3; ++block) {
        model->push_back(Residual(in, out, in != out ? 2 : 1));
        in = out;
      }
    }
    model->push_back(nn::AvgPool2d(8));
    model->push_back(nn::Flatten());
    model->push_back(nn::Linear(64, 10));
  }
  const torch::NoGradGuard guard;
  std::int64_t index = 0, fan_in = 1;
  for (auto& named : model->named_parameters()) {
    torch::Tensor& parameter = named.value();
    if (parameter.dim() > 1) fan_in = parameter.numel() / parameter.size(0);
    if (!is_of_norm(problem, named.key(), parameter.dim(), parameter.size(0))) {
      fill_parameter(parameter.data_ptr<float>(), parameter.numel(), index, fan_in);
    }
    ++index;
  }
  return model;
}

torch::Tensor inputs(const TrainProblem& problem, std::int64_t batch) {
  std::vector<std::int64_t> shape = problem.sample();
  shape.insert(shape.begin(), problem.batch);
  if (problem.of_characters()) {
    return torch::tensor(characters(problem, problem.batch, 1000 + batch))
        .reshape(shape);
  }
  torch::Tensor x = torch::empty(shape);
  fill_batch(x.data_ptr<float>(), x.numel(), batch);
  return x;
}

bool of_images(const TrainProblem& problem) {
  return problem.network != "mlp" && !problem.of_characters();
}

/// Images and filters in this order in memory; weights were filled in the other.
void reorder(nn::Sequential& model, at::MemoryFormat format) {
  const torch::NoGradGuard guard;
  for (torch::Tensor& parameter : model->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(format));
  }
}

struct Training {
  Training(const TrainProblem& problem, at::MemoryFormat format)
      : model(build(problem)) {
    const bool images = of_images(problem);
    if (images) reorder(model, format);
    if (problem.optimizer == "sgd") {
      method = std::make_unique<torch::optim::SGD>(model->parameters(),
                                                   torch::optim::SGDOptions(1e-2));
    } else {
      method = std::make_unique<torch::optim::Adam>(model->parameters(),
                                                    torch::optim::AdamOptions(1e-3));
    }
    for (std::int64_t i = 0; i < kBatches; ++i) {
      x.push_back(inputs(problem, i));
      if (images) x.back() = x.back().contiguous(format);
      y.push_back(torch::tensor(labels_of(problem, problem.batch, i)));
    }
  }
  torch::Tensor step() {
    const std::int64_t i = steps++ % kBatches;
    method->zero_grad();
    torch::Tensor loss = nn::functional::cross_entropy(model->forward(x[i]), y[i]);
    loss.backward();
    method->step();
    return loss;
  }

  nn::Sequential model;
  std::unique_ptr<torch::optim::Optimizer> method;
  std::vector<torch::Tensor> x, y;
  std::int64_t steps = 0;
};

/// The faster order in memory is found with trainings of their own, so that the one
/// that is kept begins at its first step.
template <class Make>
Job in_best_layout(const TrainProblem& problem, Make make) {
  if (!of_images(problem)) return make(at::MemoryFormat::Contiguous, "");
  const auto both = [&] {
    return std::vector<Job>{make(at::MemoryFormat::ChannelsLast, "channels last"),
                            make(at::MemoryFormat::Contiguous, "channels first")};
  };
  const bool last = fastest(both()).note == "channels last";
  return std::move(both()[last ? 0 : 1]);
}

Job train(Case& words) {
  const TrainProblem problem(words);
  return in_best_layout(problem, [&](at::MemoryFormat format, const char* note) {
    const auto training = std::make_shared<Training>(problem, format);
    Job job;
    job.note = note;
    job.run = [=] { training->step(); };
    job.loss = [=] { return training->step().item<double>(); };
    return job;
  });
}

Job infer(Case& words) {
  const TrainProblem problem(words);
  return in_best_layout(problem, [&](at::MemoryFormat format, const char* note) {
    nn::Sequential model = build(problem);
    model->eval();
    torch::Tensor x = inputs(problem, 0);
    if (of_images(problem)) {
      reorder(model, format);
      x = x.contiguous(format);
    }
    Job job;
    job.note = note;
    job.run = [=]() mutable {
      const torch::InferenceMode guard;
      model->forward(x);
    };
    job.loss = [=]() mutable {
      const torch::InferenceMode guard;
      return model->forward(x).sum().template item<double>();
    };
    return job;
  });
}

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind == "conv") return convolution(words);
  if (kind == "map") return map(words);
  if (kind == "rows") return rows(words);
  if (kind == "adam") return adam(words);
  if (kind == "train") return train(words);
  if (kind == "infer") return infer(words);
  throw Unsupported("not measured with libtorch: " + kind);
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(threads_asked(argc, argv));
  at::set_num_interop_threads(1);
  at::globalContext().setFlushDenormal(true);  // moments at rest would slow Adam down
  return Worker(
             std::string("libtorch ") + TORCH_VERSION + ", " + at::get_cpu_capability(),
             prepare)
      .serve();
}
