// Normalising layers: what a layer adds to its operation.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn::test {
namespace {

std::vector<std::string> names(nn::Module& module) {
  std::vector<std::string> list;
  for (const auto& [name, tensor] : module.state()) list.push_back(name);
  return list;
}

TEST_CASE("BatchNorm follows its batches while training and stands still after eval") {
  nn::BatchNorm2d layer(nn::BatchNormOptions(2).momentum(0.5).eps(0));
  const Tensor x = tensor({{1, 3, 5, 7}, {0, 0, 2, 2}}).reshape({1, 2, 2, 2});
  const Tensor y = layer(x);
  CHECK(y.to_vector<float>()[0] == Approx(-3 / std::sqrt(5.0)));
  CHECK(layer.running_mean.to_vector<float>() == std::vector<float>{2, 0.5});
  CHECK(layer.running_var.to_vector<float>()[0] == Approx(0.5 + 0.5 * 20 / 3));
  CHECK(layer.num_batches_tracked.item<std::int64_t>() == 1);
  layer.eval();
  const Tensor z = layer(x);
  CHECK(layer.num_batches_tracked.item<std::int64_t>() == 1);
  CHECK(layer.running_mean.to_vector<float>() == std::vector<float>{2, 0.5});
  CHECK(z.to_vector<float>()[4] ==
        Approx(-0.5 / std::sqrt(layer.running_var.to_vector<float>()[1])));
}

TEST_CASE("Sequential joins a BatchNorm and the ReLU behind it") {
  const auto joined = std::make_shared<nn::BatchNorm2d>(3);
  nn::BatchNorm2d apart(3);
  nn::Sequential model;
  model.append(joined).add(nn::ReLU());
  const Tensor x = randn({4, 3, 5, 5});
  for (int i = 0; i < 2; ++i) {
    CHECK(model(x).to_vector<float>() == relu(apart(x)).to_vector<float>());
  }
  CHECK(joined->num_batches_tracked.item<std::int64_t>() == 2);
  CHECK(joined->running_var.to_vector<float>() == apart.running_var.to_vector<float>());
  model.eval();
  apart.eval();
  CHECK(model(x).to_vector<float>() == relu(apart(x)).to_vector<float>());
}

TEST_CASE("the state of a BatchNorm has the names another framework saves") {
  nn::BatchNorm1d layer(3);
  CHECK(names(layer) == std::vector<std::string>{"weight", "bias", "running_mean",
                                                 "running_var", "num_batches_tracked"});
  CHECK(layer.parameters().size() == 2);
  layer.load_state({{"weight", full({3}, 2)},
                    {"bias", full({3}, 1)},
                    {"running_mean", full({3}, 4)},
                    {"running_var", full({3}, 9)},
                    {"num_batches_tracked", full({}, 17, i64)}});
  layer.eval();
  CHECK(layer(full({2, 3}, 7)).to_vector<float>()[5] == Approx(3));
  CHECK(layer.num_batches_tracked.item<std::int64_t>() == 17);
  layer.to(f64);
  CHECK(layer.running_var.dtype() == f64);
  CHECK(layer.num_batches_tracked.dtype() == i64);
  CHECK(layer(full({2, 3}, 7, f64)).to_vector<double>()[5] == Approx(3));
  nn::BatchNorm1d plain(nn::BatchNormOptions(3).affine(false));
  CHECK(names(plain).size() == 3);
  nn::LayerNorm rows(nn::LayerNormOptions(Shape{2, 3}).bias(false));
  CHECK(names(rows) == std::vector<std::string>{"weight"});
  CHECK(names(*std::make_unique<nn::LayerNorm>(
                  nn::LayerNormOptions(3).elementwise_affine(false)))
            .empty());
}

TEST_CASE("LayerNorm uses its options") {
  nn::LayerNorm layer(nn::LayerNormOptions(Shape{2, 3}).eps(0.5));
  const NoGradGuard guard;
  layer.weight.fill_(2);
  layer.bias.fill_(1);
  Generator generator(4);
  const Tensor x = randn({4, 2, 3}, generator);
  CHECK(
      layer(x).to_vector<float>() ==
      layer_norm(x, {2, 3}, full({2, 3}, 2), full({2, 3}, 1), 0.5).to_vector<float>());
}

TEST_CASE("normalising layers say what they are") {
  CHECK(nn::BatchNorm2d(64).describe() == "BatchNorm2d(64)");
  CHECK(nn::BatchNorm1d(nn::BatchNormOptions(8).eps(0.001).momentum(0.01).affine(false))
            .describe() == "BatchNorm1d(8, eps 0.001, momentum 0.01, not affine)");
  CHECK(nn::LayerNorm(128).describe() == "LayerNorm(128)");
  CHECK(nn::LayerNorm(nn::LayerNormOptions(Shape{2, 3}).eps(0.5).bias(false))
            .describe() == "LayerNorm((2, 3), eps 0.5, no bias)");
}

// A model that trains and one that predicts, gradients of all parameters by
// differences.
TEST_CASE("networks with normalising layers have right gradients") {
  manual_seed(5);
  nn::Sequential images(nn::Conv2d(2, 3, 3), nn::BatchNorm2d(3), nn::Tanh(),
                        nn::Flatten(), nn::LayerNorm(12), nn::Linear(12, 4),
                        nn::BatchNorm1d(4));
  images.to(f64);
  Generator generator(6);
  std::vector<Tensor> inputs = images.parameters();
  inputs.push_back(randn({5, 2, 4, 4}, generator, f64).requires_grad_());
  for (const bool training : {true, false}) {
    images.train(training);
    const GradcheckResult result = gradcheck(
        [&](const std::vector<Tensor>& x) { return images(x.back()); }, inputs);
    INFO(result.message);
    CHECK(result.ok);
  }
}

TEST_CASE("texts of what normalising layers refuse") {
  CHECK(
      error_text<ShapeError>([] {
        nn::BatchNorm2d(3)(zeros({2, 3}));
      }) ==
      "BatchNorm2d: an input of shape (2, 3); it must be (n, channels, height, width)");
  CHECK(error_text<ShapeError>([] {
          nn::BatchNorm1d(3)(zeros({2, 3, 4, 5}));
        }) ==
        "BatchNorm1d: an input of shape (2, 3, 4, 5); it must be (n, channels) or "
        "(n, channels, length)");
  CHECK(
      error_text<ShapeError>([] {
        nn::BatchNorm2d(3)(zeros({2, 4, 5, 5}));
      }) ==
      "batch_norm: 4 channels in an input of shape (2, 4, 5, 5), but the running mean "
      "has shape (3,); it must hold one number a channel: (4,)");
  CHECK(error_text<ValueError>([] {
          nn::BatchNorm1d(3)(zeros({1, 3}));
        }) ==
        "batch_norm: an input of shape (1, 3) has 1 value a channel, of which there is "
        "no variance; train on larger batches, or call eval() first");
  CHECK(error_text<ValueError>([] { nn::BatchNorm2d(0); }) ==
        "BatchNorm2d: 0 channels, eps 1e-05 and momentum 0.1; channels must be 1 or "
        "more, eps 0 or more, momentum in [0, 1]");
  CHECK(
      error_text<ValueError>([] { nn::LayerNorm{Shape{}}; }) ==
      "LayerNorm: a normalised shape () and eps 1e-05; the shape must hold 1 number or "
      "more, eps must be 0 or more");
  CHECK(
      error_text<ShapeError>([] {
        nn::LayerNorm(3)(zeros({2, 4}));
      }) ==
      "layer_norm: an input of shape (2, 4) does not end in (3,), the dimensions that "
      "are normalised together; name its last ones, of which none is empty");
}

}  // namespace
}  // namespace cairn::test
