// Chapter 1 against the library: the same numbers from loops and from tensors.
#include <cairn/nn/linear.h>
#include <cairn/ops/loss.h>
#include <cairn/optim/sgd.h>

#include "01-linear-regression/features.h"
#include "01-linear-regression/flats.h"
#include "tests/catch.h"

using cairn::Tensor;

namespace {

struct Problem {
  ch01::Table table;
  ch01::LinearModel model;
};

Problem random_problem(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  ch01::Random random(seed);
  Problem p{{ch01::Matrix(rows, cols), ch01::Vector(rows)}, {ch01::Vector(cols), 0.7}};
  for (double& v : p.table.x.values) v = random.normal();
  for (double& v : p.table.y) v = random.normal();
  for (double& v : p.model.weights) v = random.normal();
  return p;
}

Tensor to_tensor(const ch01::Vector& values, std::size_t rows, std::size_t cols) {
  return Tensor::from_vector(
      values, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)});
}

// A layer with the chapter's parameters.
cairn::nn::Linear to_layer(const ch01::LinearModel& model) {
  cairn::nn::Linear layer(static_cast<std::int64_t>(model.weights.size()), 1);
  layer.to(cairn::f64);
  layer.load_state({{"weight", to_tensor(model.weights, 1, model.weights.size())},
                    {"bias", Tensor::from_vector(ch01::Vector{model.bias})}});
  return layer;
}

// ANCHOR: library
// Gradient descent on the mean squared error: x [N, d], y [N, 1].
void descend(cairn::nn::Linear& model, const Tensor& x, const Tensor& y, double rate,
             int steps) {
  cairn::optim::SGD optimizer(model.parameters(), cairn::optim::SGDOptions(rate));
  for (int k = 0; k < steps; ++k) {
    optimizer.zero_grad();
    cairn::mse_loss(model(x), y).backward();
    optimizer.step();
  }
}
// ANCHOR_END: library

void check_same(const ch01::Vector& a, const ch01::Vector& b, double epsilon) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i] == Approx(b[i]).epsilon(epsilon).margin(epsilon));
  }
}

}  // namespace

TEST_CASE("predictions and loss and gradients are the library's") {
  const std::size_t shapes[][2] = {{1, 1}, {7, 3}, {17, 31}, {63, 2}};
  for (const auto& [rows, cols] : shapes) {
    const Problem p = random_problem(rows, cols, rows);
    cairn::nn::Linear layer = to_layer(p.model);
    const Tensor predicted = layer(to_tensor(p.table.x.values, rows, cols));
    const Tensor loss = cairn::mse_loss(predicted, to_tensor(p.table.y, rows, 1));
    loss.backward();

    const ch01::Vector residual = ch01::residuals(p.model, p.table.x, p.table.y);
    const ch01::LinearModel slope = ch01::gradient(p.table.x, residual);
    check_same(predicted.to_vector<double>(), ch01::predict(p.model, p.table.x), 1e-12);
    CHECK(loss.item<double>() == Approx(ch01::mean_squared_error(residual)));
    check_same(layer.weight.grad().to_vector<double>(), slope.weights, 1e-12);
    check_same(layer.bias.grad().to_vector<double>(), {slope.bias}, 1e-12);
  }
}

TEST_CASE("a hundred steps on the flats end where the library's do") {
  ch01::Random random(1);
  const ch01::Table flats = ch01::make_flats(150, random);
  const ch01::Matrix x = ch01::fit_scaler(flats.x).apply(flats.x);
  ch01::LinearModel model{ch01::Vector(x.cols), 0};
  cairn::nn::Linear layer = to_layer(model);
  ch01::descend(model, x, flats.y, 0.1, 100);

  descend(layer, to_tensor(x.values, x.rows, x.cols), to_tensor(flats.y, x.rows, 1),
          0.1, 100);
  check_same(layer.weight.to_vector<double>(), model.weights, 1e-10);
  check_same(layer.bias.to_vector<double>(), {model.bias}, 1e-10);
}
