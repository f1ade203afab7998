// Chapter 8 against the library: the same slopes, the same steps, for every optimizer.
#include <cairn/nn/activation.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/sequential.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/reduce.h>
#include <cairn/optim/adagrad.h>
#include <cairn/optim/adam.h>
#include <cairn/optim/adamw.h>
#include <cairn/optim/rmsprop.h>
#include <cairn/optim/sgd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "08-optimizers/recipes.h"
#include "08-optimizers/training.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch08::Make;
namespace nn = cairn::nn;
namespace optim = cairn::optim;

Tensor tensor(const ch01::Matrix& m) {
  return Tensor::from_vector(
      m.values, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
}

void check_close(const ch01::Vector& a, const ch01::Vector& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i] == Approx(b[i]).epsilon(1e-10).margin(1e-12));
  }
}

// Thirty steps of both on the same slopes, one parameter of them with slopes far larger.
void compare(const Make& ours, double rate, const optim::OptimizerOptions& theirs) {
  ch01::Random random(3);
  ch01::Matrix a = ch04::normal(5, 3, 1, random), b = ch04::normal(7, 1, 1, random);
  ch01::Matrix slope_a(3, 5), slope_b(1, 7);
  Tensor x = tensor(a), y = tensor(b);
  x.requires_grad_();
  y.requires_grad_();
  const auto optimizer = ours({{&a, &slope_a}, {&b, &slope_b}}, rate);
  const auto other = theirs.make({x, y});
  for (int t = 0; t < 30; ++t) {
    for (double& g : slope_a.values) g = random.normal();
    for (double& g : slope_b.values) g = 1000 * random.normal();
    other->zero_grad();
    ((x * tensor(slope_a)).sum() + (y * tensor(slope_b)).sum()).backward();
    optimizer->step();
    other->step();
  }
  check_close(x.to_vector<double>(), a.values);
  check_close(y.to_vector<double>(), b.values);
}

}  // namespace

TEST_CASE("descent and momentum are the library's SGD") {
  using namespace ch08;
  compare(recipe<Descent>(), 0.01, optim::SGDOptions(0.01));
  compare(recipe<Momentum>(0.9), 0.01, optim::SGDOptions(0.01).momentum(0.9));
  compare(recipe<Momentum>(0.8, true), 0.01,
          optim::SGDOptions(0.01).momentum(0.8).nesterov(true));
}

TEST_CASE("AdaGrad and RMSProp are the library's") {
  using namespace ch08;
  compare(recipe<AdaGrad>(), 0.1, optim::AdagradOptions(0.1));
  compare(recipe<RmsProp>(0.95), 0.02, optim::RMSpropOptions(0.02).alpha(0.95));
}

TEST_CASE("Adam and AdamW and AMSGrad are the library's") {
  using namespace ch08;
  compare(recipe<Adam>(Betas{0.8, 0.99, 1e-6}), 0.02,
          optim::AdamOptions(0.02).betas(0.8, 0.99).eps(1e-6));
  compare(recipe<AdamW>(0.3), 0.02, optim::AdamWOptions(0.02).weight_decay(0.3));
  compare(recipe<AmsGrad>(), 0.02, optim::AdamOptions(0.02).amsgrad(true));
}

TEST_CASE("weight decay of the library's Adam is the penalty") {
  using namespace ch08;
  compare(recipe<AdamWithPenalty>(0.3), 0.02,
          optim::AdamOptions(0.02).weight_decay(0.3));
}

TEST_CASE("a parameter that joins late has its first step at its own first gradient") {
  Tensor x = cairn::scalar(1, cairn::f64), y = cairn::scalar(1, cairn::f64);
  x.requires_grad_();
  y.requires_grad_();
  optim::Adam adam({x, y}, optim::AdamOptions(0.01));
  for (int t = 0; t < 5; ++t) {
    adam.zero_grad();
    (t < 4 ? x * x : x * y).backward();
    adam.step();
  }
  CHECK(y.item<double>() == Approx(1 - 0.01).epsilon(1e-8));
}

TEST_CASE("a network learns in step with the library") {
  ch01::Random random(4);
  ch04::Network network;
  network.add<ch04::Dense>(ch04::xavier(6, 5, random)).add<ch04::Tanh>();
  network.add<ch04::Dense>(ch04::xavier(5, 3, random));
  nn::Sequential model(nn::Linear(6, 5), nn::Tanh(), nn::Linear(5, 3));
  model.to(cairn::f64);
  const auto ours = network.parameters();
  const std::vector<Tensor> theirs = model.parameters();
  for (std::size_t p = 0; p < ours.size(); ++p) {
    cairn::Tensor target = theirs[p].detach();
    target.copy_(tensor(ours[p]->value).reshape(target.shape()));
  }
  // ANCHOR: same_training
  ch08::AdamW adamw(ch08::slots(network), 0.01, 0.1);
  optim::AdamW library(model.parameters(), optim::AdamWOptions(0.01).weight_decay(0.1));
  for (int t = 0; t < 20; ++t) {
    const ch04::Samples batch = ch04::random_batch(11, 6, 3, random);
    ch04::loss_and_gradients(network, batch);
    adamw.step();

    const Tensor classes = Tensor::from_vector(
        std::vector<std::int64_t>(batch.labels.begin(), batch.labels.end()));
    library.zero_grad();
    cairn::cross_entropy(model(tensor(batch.inputs)), classes).backward();
    library.step();
  }
  // ANCHOR_END: same_training
  for (std::size_t p = 0; p < ours.size(); ++p) {
    check_close(theirs[p].to_vector<double>(), ours[p]->value.values);
  }
}
