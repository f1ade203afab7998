// Chapter 4 against the library: the same network, the same step, the same numbers.
#include <cairn/nn/activation.h>
#include <cairn/nn/init.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/sequential.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/optim/sgd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/hand.h"
#include "tests/catch.h"

namespace {

using Flat = std::vector<double>;

cairn::Tensor tensor(const ch01::Matrix& m) {
  return cairn::Tensor::from_vector(
      m.values, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
}

cairn::Tensor labels(const std::vector<int>& classes) {
  return cairn::Tensor::from_vector(
      std::vector<std::int64_t>(classes.begin(), classes.end()));
}

// Weights lie the same way on both sides: [out, in], and [out] for our [1 × out].
void copy_parameters(ch04::Network& from, cairn::nn::Module& to) {
  const auto ours = from.parameters();
  const auto theirs = to.parameters();
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    cairn::Tensor target = theirs[i].detach();
    target.copy_(tensor(ours[i]->value).reshape(target.shape()));
  }
}

void check_close(const Flat& a, const Flat& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  CHECK(worst <= 1e-12 * std::max(1.0, largest));
}

// The forward and backward of one function without parameters.
template <class Layer, class Operation>
void compare_activation(Operation&& operation) {
  ch01::Random random(7);
  const ch01::Matrix x = ch04::normal(5, 3, 2, random);
  const ch01::Matrix dy = ch04::normal(5, 3, 1, random);
  Layer layer;
  const ch01::Matrix y = layer.forward(x);

  cairn::Tensor input = tensor(x);
  input.requires_grad_();
  const cairn::Tensor output = operation(input);
  output.backward(tensor(dy));
  check_close(output.to_vector<double>(), y.values);
  check_close(input.grad().to_vector<double>(), layer.backward(dy).values);
}

}  // namespace

TEST_CASE("activations give the library's values and slopes") {
  compare_activation<ch04::Sigmoid>([](const auto& x) { return cairn::sigmoid(x); });
  compare_activation<ch04::Tanh>([](const auto& x) { return cairn::tanh(x); });
  compare_activation<ch04::ReLU>([](const auto& x) { return cairn::relu(x); });
}

TEST_CASE("a step of training changes every parameter as the library does") {
  ch01::Random random(4);
  const ch04::Samples batch = ch04::random_batch(11, 7, 3, random);
  ch04::Network ours;
  ours.add<ch04::Dense>(ch04::xavier(7, 5, random)).add<ch04::Tanh>();
  ours.add<ch04::Dense>(ch04::he(5, 6, random)).add<ch04::ReLU>();
  ours.add<ch04::Dense>(ch04::xavier(6, 3, random));
  // ANCHOR: same_network
  cairn::nn::Sequential theirs(cairn::nn::Linear(7, 5), cairn::nn::Tanh(),
                               cairn::nn::Linear(5, 6), cairn::nn::ReLU(),
                               cairn::nn::Linear(6, 3));
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs);
  cairn::optim::SGD sgd(theirs.parameters(), cairn::optim::SGDOptions(0.1));

  const double loss = ch04::loss_and_gradients(ours, batch);
  ours.step(0.1);

  const cairn::Tensor logits = theirs(tensor(batch.inputs));
  const cairn::Tensor classes = labels(batch.labels);
  const cairn::Tensor their_loss = cairn::cross_entropy(logits, classes);
  sgd.zero_grad();
  their_loss.backward();
  sgd.step();
  // ANCHOR_END: same_network
  CHECK(their_loss.item<double>() == Approx(loss).epsilon(1e-12));
  const auto our_parameters = ours.parameters();
  const auto their_parameters = theirs.parameters();
  for (std::size_t i = 0; i < our_parameters.size(); ++i) {
    check_close(their_parameters[i].grad().to_vector<double>(),
                our_parameters[i]->gradient.values);
    check_close(their_parameters[i].to_vector<double>(),
                our_parameters[i]->value.values);
  }
}

TEST_CASE("the worked example comes out of the library") {
  ch04::Network ours = ch04::hand_network();
  const ch04::Samples points = ch04::exclusive_or();
  cairn::nn::Sequential theirs(cairn::nn::Linear(2, 2), cairn::nn::ReLU(),
                               cairn::nn::Linear(2, 1));
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs);
  const cairn::Tensor y = theirs(tensor(points.inputs));
  CHECK(y.to_vector<double>() == Flat{0, 0.5, 0.5, 0.5});
  y.backward(cairn::Tensor::from_vector(Flat{0, -0.125, -0.125, 0.125}, {4, 1}));
  const auto parameters = theirs.parameters();
  CHECK(parameters[0].grad().to_vector<double>() == Flat{0, 0, -0.25, -0.25});
  CHECK(parameters[1].grad().to_vector<double>() == Flat{-0.125, -0.25});
  CHECK(parameters[2].grad().to_vector<double>() == Flat{0.0625, 0.0625});
  CHECK(parameters[3].grad().to_vector<double>() == Flat{-0.125});
}

TEST_CASE("initial weights have the library's deviations") {
  const auto deviation = [](const cairn::Tensor& t) {
    double squares = 0;
    for (double v : t.to_vector<double>()) squares += v * v;
    return std::sqrt(squares / static_cast<double>(t.numel()));
  };
  const auto ours = [&](const ch01::Matrix& m) { return deviation(tensor(m)); };
  ch01::Random random(9);
  cairn::Tensor weights = cairn::empty({300, 200}, cairn::f64);
  cairn::nn::init::xavier_normal_(weights);
  CHECK(deviation(weights) ==
        Approx(ours(ch04::xavier(200, 300, random))).epsilon(0.02));
  cairn::nn::init::kaiming_normal_(weights);
  CHECK(deviation(weights) == Approx(ours(ch04::he(200, 300, random))).epsilon(0.02));
}
