// Chapter 5 against the library: the same expressions, the same gradients; and what the
// library's tape notices that the chapter's graph does not.
#include <cairn/autograd/function.h>
#include <cairn/autograd/grad_mode.h>
#include <cairn/autograd/gradcheck.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/matmul.h>
#include <cairn/ops/reduce.h>
#include <cairn/ops/shape.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "05-automatic-differentiation/ball.h"
#include "05-automatic-differentiation/hand.h"
#include "05-automatic-differentiation/networks.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch05::Parameters;
using ch05::Variable;
using Flat = std::vector<double>;
using Tensors = std::vector<Tensor>;

Tensor tensor(const ch01::Matrix& m) {
  return Tensor::from_vector(
      m.values, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
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

// One function written for both, on the same inputs: equal values and gradients.
template <class Function>
void compare(const Parameters& ours, const Function& f) {
  Tensors theirs;
  for (const Variable& p : ours) {
    theirs.push_back(tensor(p->value));
    theirs.back().requires_grad_();
  }
  const Variable y = f(ours);
  const Tensor their_y = f(theirs);
  ch01::Random random(3);
  const ch01::Matrix dy = ch04::normal(y->value.cols, y->value.rows, 1, random);
  ch05::zero_gradients(ours);
  ch05::backward(y, dy);
  their_y.backward(tensor(dy).reshape(their_y.shape()));
  check_close(their_y.to_vector<double>(), y->value.values);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    check_close(theirs[i].grad().to_vector<double>(), ours[i]->gradient.values);
  }
}

Variable some(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  ch01::Random random(seed);
  ch01::Matrix m(rows, cols);
  for (double& v : m.values) v = random.uniform(0.3, 2);
  return ch05::parameter(m);
}

}  // namespace

TEST_CASE("the worked example comes out of the library") {
  // ANCHOR: same_expression
  Tensor a = cairn::scalar(2, cairn::f64), b = cairn::scalar(-3, cairn::f64);
  a.requires_grad_();
  b.requires_grad_();
  Tensor c = a * b;
  c.retain_grad();  // else only the leaves a and b keep theirs
  const Tensor loss = c * (c + a);
  loss.backward();
  // ANCHOR_END: same_expression
  CHECK(loss.item<double>() == 24);
  CHECK(c.grad().item<double>() == -10);
  CHECK(a.grad().item<double>() == 24);
  CHECK(b.grad().item<double>() == -20);
}

TEST_CASE("operations have the library's gradients with stretched operands too") {
  compare({some(3, 5, 1), some(1, 5, 2)},
          [](const auto& x) { return x[0] * x[1] + x[0] / x[1]; });
  compare({some(1, 5, 1), some(3, 1, 2)}, [](const auto& x) { return x[0] - x[1]; });
  compare({some(3, 5, 1)}, [](const auto& x) {
    using cairn::exp, cairn::log, cairn::sqrt, cairn::tanh, cairn::sigmoid, cairn::relu;
    using ch05::exp, ch05::log, ch05::sqrt, ch05::tanh, ch05::sigmoid, ch05::relu;
    return relu(log(x[0])) + exp(tanh(x[0])) * sqrt(sigmoid(x[0]));
  });
  compare({some(3, 5, 1), some(5, 7, 2)}, [](const auto& x) {
    using cairn::matmul;
    using ch05::matmul;
    return matmul(x[0], x[1]);
  });
}

TEST_CASE("a network that is no list learns as in the library") {
  ch01::Random random(4);
  const ch05::Knot knot(7, 5, 3, random);
  const ch04::Samples batch = ch04::random_batch(11, 7, 3, random);
  Tensors p;
  for (const Variable& v : knot.parameters()) {
    p.push_back(tensor(v->value));
    p.back().requires_grad_();
  }
  Tensor h = cairn::relu(cairn::matmul(tensor(batch.inputs), p[0]) + p[1]);
  for (int use = 0; use < 2; ++use) h = h + cairn::tanh(cairn::matmul(h, p[2]) + p[3]);
  const Tensor classes = Tensor::from_vector(
      std::vector<std::int64_t>(batch.labels.begin(), batch.labels.end()));
  const Tensor their_loss =
      cairn::cross_entropy(cairn::matmul(h, p[4]) + p[5], classes);
  their_loss.backward();
  const Variable loss =
      ch05::softmax_cross_entropy(knot.logits(batch.inputs), batch.labels);
  ch05::backward(loss);
  CHECK(their_loss.item<double>() == Approx(ch05::number(loss)).epsilon(1e-12));
  for (std::size_t i = 0; i < p.size(); ++i) {
    check_close(p[i].grad().to_vector<double>(), knot.parameters()[i]->gradient.values);
  }
}

TEST_CASE("what was changed in place is noticed by the library") {
  Tensor w = cairn::scalar(3, cairn::f64);
  w.requires_grad_();
  // ANCHOR: in_place
  const Tensor y = w * w;
  {
    const cairn::NoGradGuard guard;  // nothing is recorded in here
    w.add_(cairn::scalar(1, cairn::f64));
  }
  CHECK_THROWS_AS(y.backward(), cairn::Error);
  // ANCHOR_END: in_place
  const Variable v = ch05::parameter(3);
  const Variable z = v * v;
  v->value(0, 0) += 1;
  ch05::backward(z);
  CHECK(ch05::slope(v) == 8);  // of a loss that was never computed
}

TEST_CASE("an operation of one's own is recorded and checked") {
  const cairn::autograd::Function cube = {
      "cube", [](const Tensors& x) { return x[0] * x[0] * x[0]; },
      [](const Tensors& x, const Tensor&, const Tensor& dy) {
        return Tensors{3 * (x[0] * x[0]) * dy};
      }};
  const auto f = [&](const Tensors& x) { return cairn::autograd::apply(cube, x); };
  Tensor x = tensor(some(3, 5, 6)->value);
  x.requires_grad_();
  CHECK(cairn::gradcheck(f, {x}).ok);
}
