// Each layer against the operation it stands for, and what only a layer does.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"

namespace cairn {
namespace {

using Floats = std::vector<float>;

TEST_CASE("Linear is x times its weight transposed plus its bias") {
  nn::Linear layer(2, 3);
  const NoGradGuard guard;
  layer.weight.copy_(tensor({{1, 2}, {3, 4}, {5, 6}}));
  layer.bias.copy_(tensor({10, 20, 30}));
  CHECK(layer(tensor({{1, 1}, {0, -1}})).to_vector<float>() ==
        Floats{13, 27, 41, 8, 16, 24});
  CHECK(layer(ones({4, 5, 2})).shape() == Shape{4, 5, 3});
}

// A convolution clips its results itself where Sequential finds a ReLU behind it; with a
// layer of another kind between them, or a class derived from Conv2d, nothing is joined.
TEST_CASE("Sequential joins a Conv2d and the ReLU behind it without changing results") {
  class Doubled : public nn::Conv2d {
   public:
    using Conv2d::Conv2d;
    Tensor forward(const Tensor& x) override { return Conv2d::forward(x) * 2; }
  };
  const Tensor x = randn({2, 3, 6, 5});
  nn::Sequential model(nn::Conv2d(3, 4, 3), nn::ReLU(), Doubled(4, 2, 2), nn::ReLU());
  auto& first = static_cast<nn::Conv2d&>(model[0]);
  auto& second = static_cast<nn::Conv2d&>(model[2]);
  const Tensor y = model(x);
  y.sum().backward();
  const Floats joined = first.weight.grad().to_vector<float>();
  CHECK(joined.size() == 108);
  first.weight.set_grad(Tensor());
  const Tensor middle = conv2d(x, first.weight, first.bias);
  const Tensor apart = relu(conv2d(relu(middle), second.weight, second.bias) * 2);
  CHECK(y.to_vector<float>() == apart.to_vector<float>());
  apart.sum().backward();
  CHECK(first.weight.grad().to_vector<float>() == joined);
  CHECK(lt(middle, scalar(0)).sum().item<double>() > 0);
}

TEST_CASE("Conv2d uses its options") {
  nn::Conv2d layer(nn::Conv2dOptions(4, 6, 3)
                       .kernel_size(3, 2)
                       .stride(2, 1)
                       .padding(1, 0)
                       .dilation(1, 2)
                       .groups(2)
                       .bias(false));
  CHECK(layer.weight.shape() == Shape{6, 2, 3, 2});
  CHECK_FALSE(layer.bias.defined());
  const Tensor x = randn({2, 4, 7, 9});
  Window window;
  window.stride[0] = 2, window.padding[0] = 1, window.dilation[1] = 2;
  CHECK(layer(x).to_vector<float>() ==
        conv2d(x, layer.weight, Tensor(), window, 2).to_vector<float>());
  CHECK(layer(x).shape() == Shape{2, 6, 4, 7});
}

TEST_CASE("pools take the largest and the mean") {
  const Tensor x = arange(0, 16).reshape({1, 1, 4, 4});
  CHECK(nn::MaxPool2d(2)(x).to_vector<float>() == Floats{5, 7, 13, 15});
  CHECK(nn::AvgPool2d(2)(x).to_vector<float>() == Floats{2.5, 4.5, 10.5, 12.5});
  CHECK(nn::MaxPool2d(nn::PoolOptions(3).stride(1))(x).to_vector<float>() ==
        Floats{10, 11, 14, 15});
  CHECK(nn::AdaptiveAvgPool2d(1)(x).to_vector<float>() == Floats{7.5});
  CHECK(nn::AdaptiveAvgPool2d(2, 1)(x).to_vector<float>() == Floats{3.5, 11.5});
  CHECK(nn::AdaptiveAvgPool2d(2, 1).describe() == "AdaptiveAvgPool2d(2, 1)");
  CHECK(nn::AdaptiveAvgPool2d(1).describe() == "AdaptiveAvgPool2d(1)");
}

TEST_CASE("activations are their functions") {
  const Tensor x = tensor({{-1, 0, 2}});
  CHECK(nn::ReLU()(x).to_vector<float>() == Floats{0, 0, 2});
  CHECK(nn::Sigmoid()(x).to_vector<float>() == sigmoid(x).to_vector<float>());
  CHECK(nn::Tanh()(x).to_vector<float>() == tanh(x).to_vector<float>());
  CHECK(nn::Softmax()(x).sum().item<double>() == Approx(1));
  CHECK(nn::Flatten()(zeros({2, 3, 4, 5})).shape() == Shape{2, 60});
}

TEST_CASE("Dropout keeps the mean and drops the share it says") {
  manual_seed(3);
  nn::Dropout layer(0.2);
  const Tensor y = layer(ones({100000}));
  const double kept = gt(y, scalar(0)).sum().item<double>() / 100000;
  CHECK(std::abs(kept - 0.8) < 0.0064);  // five standard errors
  CHECK(y.max().item<float>() == 1.25F);
  CHECK(std::abs(y.mean().item<double>() - 1) < 0.008);
}

TEST_CASE("first weights lie within one over the root of the fan in") {
  manual_seed(1);
  const nn::Linear linear(100, 500);
  CHECK(linear.weight.max().item<double>() <= 0.1);
  CHECK(linear.weight.max().item<double>() > 0.0999);
  CHECK(linear.weight.min().item<double>() < -0.0999);
  const nn::Conv2d conv(4, 200, 5);
  CHECK(conv.weight.max().item<double>() <= 0.1);
  CHECK(conv.weight.max().item<double>() > 0.0999);
}

}  // namespace
}  // namespace cairn
