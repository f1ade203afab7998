// Chapter 9 against the library: normalisation in training and after it, dropout, initial
// weights and schedules.
#include <cairn/nn/dropout.h>
#include <cairn/nn/init.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/norm.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/reduce.h>
#include <cairn/optim/schedules.h>
#include <cairn/optim/sequential_lr.h>
#include <cairn/optim/sgd.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "04-multilayer-perceptron/init.h"
#include "09-training-well/batch_norm.h"
#include "09-training-well/dropout.h"
#include "09-training-well/layer_norm.h"
#include "09-training-well/schedules.h"
#include "09-training-well/signals.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch01::Matrix;
using ch01::Random;
namespace nn = cairn::nn;
namespace optim = cairn::optim;

Tensor tensor(const Matrix& m, const cairn::Shape& shape) {
  return Tensor::from_vector(m.values).reshape(shape);
}

Tensor tensor(const Matrix& m) {
  return tensor(m,
                {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
}

void check_close(const Tensor& theirs, const Matrix& ours) {
  const std::vector<double> a = theirs.to_vector<double>();
  REQUIRE(a.size() == ours.values.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i] == Approx(ours.values[i]).epsilon(1e-9).margin(1e-11));
  }
}

// The same weights and biases in both.
template <class Theirs>
void copy_parameters(ch04::Layer& ours, Theirs& theirs, Random& random) {
  const auto parameters = ours.parameters();
  Tensor targets[] = {theirs.weight.detach(), theirs.bias.detach()};
  for (std::size_t p = 0; p < 2; ++p) {
    Matrix& value = parameters[p]->value;
    value = ch04::normal(value.cols, value.rows, 1, random);
    targets[p].copy_(tensor(value).reshape(targets[p].shape()));
  }
}

// Outputs, and all slopes, under the same dy.
template <class Theirs>
void compare(ch04::Layer& ours, Theirs& theirs, const Matrix& x,
             const cairn::Shape& shape, Random& random) {
  const Matrix dy = ch04::normal(x.cols, x.rows, 1, random);
  Tensor input = tensor(x, shape).requires_grad_();
  theirs.zero_grad();
  const Tensor output = theirs(input);
  check_close(output, ours.forward(x));
  (output * tensor(dy, shape)).sum().backward();
  for (ch04::Parameter* p : ours.parameters()) p->gradient = Matrix(1, p->value.cols);
  ours.accumulate(dy);
  check_close(input.grad(), ours.backward(dy));
  check_close(theirs.weight.grad(), ours.parameters()[0]->gradient);
  check_close(theirs.bias.grad(), ours.parameters()[1]->gradient);
}

}  // namespace

TEST_CASE("batch normalisation is the library's in training and after it") {
  Random random(1);
  // ANCHOR: same_norm
  ch09::BatchNorm ours(6);
  nn::BatchNorm1d theirs(6);
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs, random);
  for (int batch = 0; batch < 5; ++batch) {
    const Matrix x = ch04::normal(6, 9, 2, random);
    compare(ours, theirs, x, {9, 6}, random);
  }
  check_close(theirs.running_mean, *ours.buffers()[0]);
  check_close(theirs.running_var, *ours.buffers()[1]);
  ours.training = false;
  theirs.eval();
  compare(ours, theirs, ch04::normal(6, 9, 2, random), {9, 6}, random);
  // ANCHOR_END: same_norm
}

TEST_CASE("batch normalisation of images is the library's") {
  Random random(2);
  ch09::BatchNorm ours(3, 4 * 5);
  nn::BatchNorm2d theirs(3);
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs, random);
  for (int batch = 0; batch < 3; ++batch)
    compare(ours, theirs, ch04::normal(60, 7, 2, random), {7, 3, 4, 5}, random);
  check_close(theirs.running_mean, *ours.buffers()[0]);
  check_close(theirs.running_var, *ours.buffers()[1]);
  ours.training = false;
  theirs.eval();
  compare(ours, theirs, ch04::normal(60, 2, 2, random), {2, 3, 4, 5}, random);
}

TEST_CASE("layer normalisation is the library's") {
  Random random(3);
  ch09::LayerNorm ours(11);
  nn::LayerNorm theirs(11);
  theirs.to(cairn::f64);
  copy_parameters(ours, theirs, random);
  compare(ours, theirs, ch04::normal(11, 5, 2, random), {5, 11}, random);
}

TEST_CASE("dropout of the library lets through the same share at the same size") {
  nn::Dropout dropout(0.3);
  cairn::manual_seed(4);
  const Matrix ones(60, 70, 1.0);
  Tensor x = tensor(ones).requires_grad_();
  const Tensor y = dropout(x);
  y.sum().backward();
  const std::vector<double> out = y.to_vector<double>(),
                            slope = x.grad().to_vector<double>();
  double silent = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    CHECK((out[i] == 0 || out[i] == Approx(1 / 0.7)));
    CHECK(slope[i] == out[i]);
    silent += out[i] == 0;
  }
  CHECK(silent / 4200 == Approx(0.3).margin(0.03));
  dropout.eval();
  CHECK(dropout(x).to_vector<double>() == ones.values);
}

TEST_CASE("initial weights of the library have the variances of the chapter") {
  cairn::manual_seed(5);
  const auto variance = [](const Tensor& t) {
    double sum = 0;
    const std::vector<float> w = t.to_vector<float>();
    for (float v : w) sum += static_cast<double>(v) * static_cast<double>(v);
    return sum / static_cast<double>(w.size());
  };
  Tensor w = cairn::empty({300, 200});
  nn::init::kaiming_normal_(w);
  CHECK(variance(w) == Approx(2.0 / 200).epsilon(0.03));
  nn::init::kaiming_uniform_(w);
  CHECK(variance(w) == Approx(2.0 / 200).epsilon(0.03));
  nn::init::xavier_normal_(w);
  CHECK(variance(w) == Approx(2.0 / 500).epsilon(0.03));
  nn::init::xavier_uniform_(w);
  CHECK(variance(w) == Approx(2.0 / 500).epsilon(0.03));
  const nn::Linear usual(200, 300);
  CHECK(variance(usual.weight) == Approx(1.0 / 600).epsilon(0.03));
}

TEST_CASE("the schedules are the library's") {
  Tensor w = cairn::scalar(1, cairn::f64);
  w.requires_grad_();
  optim::SGD sgd({w}, optim::SGDOptions(0.5));
  const auto compare = [](const optim::LRScheduler& theirs,
                          const ch09::Schedule& ours) {
    for (int t = 0; t < 130; ++t)
      CHECK(theirs.rate_at(t) == Approx(0.5 * ours(t)).margin(1e-15));
  };
  compare(optim::StepLR(sgd, 40, 0.1), ch09::stairs(40, 0.1));
  // The library's cosine rises again after its end, as PyTorch's does; ours stays there.
  const optim::CosineAnnealingLR cosine(sgd, 100, 0.1);
  for (int t = 0; t <= 100; ++t)
    CHECK(cosine.rate_at(t) == Approx(0.5 * ch09::cosine(100, 0.2)(t)));
  // Five steps of warm-up: from a sixth to one.
  const optim::LinearLR line(sgd, 1.0 / 6, 1, 5);
  const ch09::Schedule warm = ch09::warmed_up(5, ch09::constant());
  for (int t = 0; t < 20; ++t) CHECK(line.rate_at(t) == Approx(0.5 * warm(t)));
}
