// Chapter 6 against the library: convolution and both kinds of pooling, forward and every
// gradient, and the chapter's network with a step of training.
#include <cairn/nn/activation.h>
#include <cairn/nn/conv.h>
#include <cairn/nn/init.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/pool.h>
#include <cairn/nn/sequential.h>
#include <cairn/nn/shape.h>
#include <cairn/ops/conv.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/pool.h>
#include <cairn/optim/sgd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "06-convolutional-networks/network.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch01::Matrix;
using ch06::Window;
using Flat = std::vector<double>;

std::int64_t whole(std::size_t n) { return static_cast<std::int64_t>(n); }

Tensor images(const Matrix& m, const ch06::Shape& s) {
  return Tensor::from_vector(
      m.values, {whole(m.rows), whole(s.channels), whole(s.height), whole(s.width)});
}

cairn::Window window(const Window& w) {
  cairn::Window result;
  result.stride[0] = result.stride[1] = whole(w.stride);
  result.padding[0] = result.padding[1] = whole(w.padding);
  return result;
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

Matrix noise(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  ch01::Random random(seed);
  return ch04::normal(cols, rows, 1, random);
}

// The numbers lie in the same order on both sides.
void copy_parameters(ch04::Network& from, cairn::nn::Module& to) {
  const auto ours = from.parameters();
  const auto theirs = to.parameters();
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    Tensor target = theirs[i].detach();
    target.copy_(Tensor::from_vector(ours[i]->value.values, target.shape()));
  }
}

// One of the chapter's pools and one of the library's, on the same images.
template <class Ours, class Theirs>
void compare_pools(const Window& w, const Theirs& theirs, const Matrix& x) {
  const ch06::Shape in{3, 7, 10}, out = ch06::after(in, w, 3);
  Ours ours(in, w);
  Tensor their_x = images(x, in);
  their_x.requires_grad_();
  const Tensor their_y = theirs(their_x, {whole(w.size), whole(w.size)}, window(w));
  check_close(their_y.to_vector<double>(), ours.forward(x).values);
  const Matrix dy = noise(x.rows, out.size(), 5);
  their_y.backward(images(dy, out));
  check_close(their_x.grad().to_vector<double>(), ours.backward(dy).values);
}

}  // namespace

TEST_CASE("a convolution is the library's in all three passes") {
  const ch06::Shape in{3, 7, 10};
  for (const Window& w :
       {Window{3}, Window{3, 2, 1}, Window{5, 1, 2}, Window{2, 3}, Window{1}}) {
    INFO("window " << w.size << " " << w.stride << " " << w.padding);
    const std::size_t taps = in.channels * w.size * w.size;
    ch06::Conv2d ours(in, w, noise(4, taps, 1));
    Matrix& bias = ours.parameters()[1]->value;
    bias = noise(1, 4, 2);
    const Matrix x = noise(2, in.size(), 3);
    Tensor their_x = images(x, in);
    Tensor weight = images(ours.parameters()[0]->value, {3, w.size, w.size});
    Tensor their_bias = Tensor::from_vector(bias.values, {4});
    for (Tensor* t : {&their_x, &weight, &their_bias}) t->requires_grad_();
    const Tensor y = cairn::conv2d(their_x, weight, their_bias, window(w));
    check_close(y.to_vector<double>(), ours.forward(x).values);
    const ch06::Shape out = ch06::after(in, w, 4);
    const Matrix dy = noise(2, out.size(), 4);
    y.backward(images(dy, out));
    ours.accumulate(dy);
    check_close(their_x.grad().to_vector<double>(), ours.backward(dy).values);
    check_close(weight.grad().to_vector<double>(),
                ours.parameters()[0]->gradient.values);
    check_close(their_bias.grad().to_vector<double>(),
                ours.parameters()[1]->gradient.values);
  }
}

TEST_CASE(
    "pooling is the library's with windows that overlap and pixels that are equal") {
  Matrix few(2, 210);
  ch01::Random random(6);
  for (double& v : few.values) v = static_cast<double>(random.below(3));
  for (const Matrix& x : {noise(2, 210, 7), few}) {
    for (const Window& w : {Window{2, 2}, Window{3, 2}, Window{3}}) {
      compare_pools<ch06::MaxPool>(w, cairn::max_pool2d, x);
      compare_pools<ch06::MeanPool>(w, cairn::avg_pool2d, x);
    }
  }
}

TEST_CASE("the chapter's network takes the same step in the library") {
  ch01::Random random(8);
  ch04::Network ours = ch06::lenet({1, 28, 28}, random);
  const auto parameters = ours.parameters();
  parameters[4]->value = noise(10, 300, 9);
  ch04::Samples batch = ch04::random_batch(5, 784, 10, random);
  // ANCHOR: same_network
  namespace nn = cairn::nn;
  nn::Sequential theirs(nn::Conv2d(1, 6, 5), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(6, 12, 3), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Flatten(), nn::Linear(300, 10));
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs);
  const Tensor logits = theirs(images(batch.inputs, {1, 28, 28}));
  // ANCHOR_END: same_network
  const std::vector<Tensor> weights = theirs.parameters();
  check_close(logits.to_vector<double>(), ours.forward(batch.inputs).values);
  const Tensor labels = Tensor::from_vector(
      std::vector<std::int64_t>(batch.labels.begin(), batch.labels.end()));
  const Tensor loss = cairn::cross_entropy(logits, labels);
  loss.backward();
  CHECK(loss.item<double>() ==
        Approx(ch04::loss_and_gradients(ours, batch)).epsilon(1e-12));
  for (std::size_t p = 0; p < weights.size(); ++p) {
    check_close(weights[p].grad().to_vector<double>(), parameters[p]->gradient.values);
  }
  cairn::optim::SGD(weights, cairn::optim::SGDOptions(0.1)).step();
  ours.step(0.1);
  for (std::size_t p = 0; p < weights.size(); ++p) {
    check_close(weights[p].to_vector<double>(), parameters[p]->value.values);
  }
}
