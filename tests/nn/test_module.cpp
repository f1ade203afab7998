#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

// A network as the header's example writes one.
struct Net : nn::Module {
  nn::Linear hidden{4, 3}, out{3, 2};
  Tensor scale = ones({1});

  Tensor forward(const Tensor& x) override { return out(relu(hidden(x))) * scale; }
  void parts(nn::Parts& p) override {
    p.module("hidden", hidden);
    p.module("out", out);
    p.buffer("scale", scale);
  }
  std::string describe() const override { return "Net"; }
};

std::vector<std::string> names(const std::vector<nn::NamedTensor>& tensors) {
  std::vector<std::string> out;
  for (const auto& [name, tensor] : tensors) out.push_back(name);
  return out;
}

using Names = std::vector<std::string>;

TEST_CASE("parts are found and named by path") {
  nn::Sequential model(Net(), nn::ReLU(), nn::Sequential(nn::Linear(2, 2)));
  CHECK(names(model.named_parameters()) == Names{"0.hidden.weight", "0.hidden.bias",
                                                 "0.out.weight", "0.out.bias",
                                                 "2.0.weight", "2.0.bias"});
  CHECK(names(model.named_buffers()) == Names{"0.scale"});
  CHECK(model.state().size() == 7);
  CHECK(model.parameter_count() == 15 + 8 + 6);
}

TEST_CASE("an empty Sequential hands its input on") {
  nn::Sequential none;
  const Tensor x = tensor({1, 2});
  CHECK(none(x).data<float>() == x.data<float>());
  CHECK(none.parameters().empty());
}

TEST_CASE("training and evaluation reach every module") {
  nn::Sequential model(nn::Dropout(0.5), nn::Sequential(nn::Dropout(0.9)));
  const Tensor x = ones({1000});
  model.eval();
  CHECK(model(x).to_vector<float>() == x.to_vector<float>());
  model.train();
  CHECK(model(x).to_vector<float>() != x.to_vector<float>());
}

TEST_CASE("a model in double passes gradcheck the code that trains") {
  manual_seed(1);
  nn::Sequential model(nn::Conv2d(nn::Conv2dOptions(2, 3, 3).padding(1).stride(2)),
                       nn::Tanh(), nn::AvgPool2d(2), nn::Flatten(), nn::Linear(6, 4),
                       nn::Sigmoid(), nn::Linear(nn::LinearOptions(4, 3).bias(false)),
                       nn::Softmax());
  model.to(f64);
  std::vector<Tensor> inputs = model.parameters();
  CHECK(inputs.size() == 5);
  inputs.push_back(randn({2, 2, 5, 7}, f64).requires_grad_());
  const GradcheckResult result = gradcheck(
      [&](const std::vector<Tensor>& in) { return model(in.back()); }, inputs);
  INFO(result.message);
  CHECK(result.ok);
}

TEST_CASE("state goes from one model to another") {
  Net a, b;
  a.scale.fill_(3);
  const Tensor x = randn({5, 4});
  CHECK(a(x).to_vector<float>() != b(x).to_vector<float>());
  b.load_state(a.state());
  CHECK(a(x).to_vector<float>() == b(x).to_vector<float>());
  CHECK(a.hidden.weight.data<float>() != b.hidden.weight.data<float>());
}

TEST_CASE("state that does not fit changes nothing") {
  Net net;
  const auto before = net.hidden.weight.to_vector<float>();
  auto state = Net().state();
  auto missing = state;
  missing.erase(missing.begin() + 1);
  CHECK_ERROR(ValueError, net.load_state(missing),
              "there is no tensor named hidden.bias");
  auto unknown = state;
  unknown.emplace_back("extra", ones({1}));
  CHECK_ERROR(ValueError, net.load_state(unknown),
              "the model has no tensor named extra");
  auto other = state;
  other[2].second = ones({3, 2});
  CHECK_ERROR(ShapeError, net.load_state(other),
              "out.weight has shape (2, 3) in the model and (3, 2) in the file");
  auto doubles = state;
  doubles[0].second = doubles[0].second.to(f64);
  CHECK_ERROR(DTypeError, net.load_state(doubles), "hidden.weight is f32 in the model");
  CHECK(net.hidden.weight.to_vector<float>() == before);
}

TEST_CASE("an error names the layer by its path") {
  nn::Sequential model(nn::Flatten(), nn::Sequential(nn::ReLU(), nn::Linear(4, 2)));
  CHECK_ERROR(
      ShapeError, model(zeros({3, 5})),
      "layer 1.1, Linear(4, 2): linear: an input of shape (3, 5) does not end in 4 "
      "features");
}

TEST_CASE("modules describe themselves") {
  CHECK(nn::Sequential(
            nn::Conv2d(nn::Conv2dOptions(4, 8, 3).stride(2).padding(1).groups(2)),
            nn::MaxPool2d(nn::PoolOptions(3).stride(2)), nn::Dropout(0.25))
            .describe() ==
        "Sequential(Conv2d(4, 8, 3, stride 2, padding 1, groups 2), MaxPool2d(3, "
        "stride 2), "
        "Dropout(0.25))");
  CHECK(nn::Linear(nn::LinearOptions(3, 2).bias(false)).describe() ==
        "Linear(3, 2, no bias)");
}

TEST_CASE("sizes that make no layer are refused") {
  CHECK_ERROR(ValueError, nn::Linear(0, 3), "Linear: 0 inputs and 3 outputs");
  CHECK_ERROR(ValueError, nn::Conv2d(nn::Conv2dOptions(3, 4, 3).groups(2)),
              "in 2 groups");
  CHECK_ERROR(ValueError, nn::Dropout(1), "Dropout: p is 1");
}

}  // namespace
}  // namespace cairn
