// What Sequential does in one operation must be what its layers do one by one.
#include <cairn/cairn.h>

#include <cmath>
#include <limits>

#include "tests/catch.h"

namespace cairn {
namespace {

// Bit for bit, but that NaN equals NaN.
bool same(const Tensor& a, const Tensor& b) {
  const auto x = a.to(f64).to_vector<double>(), y = b.to(f64).to_vector<double>();
  if (a.shape() != b.shape()) return false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool nan = std::isnan(x[i]) && std::isnan(y[i]);
    if (!nan && (x[i] != y[i] || std::signbit(x[i]) != std::signbit(y[i])))
      return false;
  }
  return true;
}

void check_against_layers(DType dtype, const Shape& inputs) {
  manual_seed(5);
  nn::Linear linear_layer(inputs.back(), 19);
  linear_layer.to(dtype);
  nn::Sequential model(linear_layer, nn::ReLU());  // shares the weights
  Tensor x = randn(inputs).to(dtype).requires_grad_();
  const Tensor weights = randn({19}).to(dtype);
  std::vector<Tensor> gradients[2];
  Tensor values[2];
  for (int way = 0; way < 2; ++way) {
    linear_layer.zero_grad();
    x.set_grad(Tensor());
    values[way] = way == 0 ? relu(linear_layer(x)) : model(x);
    (values[way] * weights).sum().backward();
    gradients[way] = {x.grad(), linear_layer.weight.grad(), linear_layer.bias.grad()};
  }
  CHECK(same(values[0], values[1]));
  for (int i = 0; i < 3; ++i) CHECK(same(gradients[0][i], gradients[1][i]));
}

TEST_CASE("a Linear and the ReLU behind it give the same numbers as one operation") {
  check_against_layers(f32, {7, 31});
  check_against_layers(f32, {1, 1});
  check_against_layers(f32, {2, 3, 17});
  check_against_layers(f32, {70, 63});
  check_against_layers(f64, {7, 31});
}

TEST_CASE("NaN infinity and negative zero pass the joined operation as two layers") {
  nn::Linear layer(1, 1);
  nn::init::constant_(layer.weight, 1);
  nn::init::constant_(layer.bias, -0.0);
  nn::Sequential model(layer, nn::ReLU());
  const float infinity = std::numeric_limits<float>::infinity();
  const Tensor x =
      Tensor::from_vector<float>({NAN, infinity, -infinity, -0.0F, 0, -1, 1}, {7, 1});
  CHECK(same(model(x), relu(layer(x))));
}

// Whose forward() is not Linear's.
class Doubled : public nn::Linear {
 public:
  using Linear::Linear;
  Tensor forward(const Tensor& x) override { return Linear::forward(x) * 2; }
};

TEST_CASE("a class made from Linear keeps its own forward in front of a ReLU") {
  nn::Sequential model(Doubled(3, 5), nn::ReLU());
  const Tensor x = randn({4, 3});
  const std::vector<Tensor> p = model.parameters();
  CHECK(same(model(x), relu(linear(x, p[0], p[1]) * 2)));
}

TEST_CASE("joined layers are found wherever they stand and are still listed") {
  nn::Sequential model;
  model.add(nn::ReLU()).add(nn::Linear(3, 4)).add(nn::ReLU()).add(nn::ReLU());
  model.add(nn::Linear(4, 2));
  const Tensor x = randn({5, 3});
  const std::vector<Tensor> p = model.parameters();
  REQUIRE(p.size() == 4);
  const Tensor hidden = relu(linear(relu(x), p[0], p[1]));
  CHECK(same(model(x), linear(hidden, p[2], p[3])));
  CHECK(model.size() == 5);
  CHECK(model.describe() ==
        "Sequential(ReLU(), Linear(3, 4), ReLU(), ReLU(), Linear(4, 2))");
}

}  // namespace
}  // namespace cairn
