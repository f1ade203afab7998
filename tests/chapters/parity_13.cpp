// Chapter 13 against the library: views, broadcasting, a training step, the tape's
// errors, and what a step asks of memory and threads.
#include <cairn/autograd/engine.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/matmul.h>
#include <cairn/ops/shape.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "13-library/registry.h"
#include "tests/catch.h"

namespace {

using ch13::Flat;

cairn::Tensor theirs(const ch13::Tensor& x) {
  std::vector<std::int64_t> shape(x.shape.begin(), x.shape.end());
  return cairn::Tensor::from_vector(ch13::numbers(x), cairn::Shape(shape));
}

Flat numbers(const cairn::Tensor& x) { return x.contiguous().to_vector<double>(); }

void check_close(const Flat& a, const Flat& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(std::abs(a[i] - b[i]) <= 1e-12 * std::max(1.0, std::abs(a[i])));
  }
}

}  // namespace

TEST_CASE("views of the library have the same strides and share their numbers too") {
  ch01::Random random(2);
  const ch13::Tensor x = ch13::some({4, 6}, random).value;
  const ch13::Tensor part = ch13::slice(ch13::transpose(x), 0, 1, 4);
  // ANCHOR: views
  const cairn::Tensor y = theirs(x);
  const cairn::Tensor view = y.t().slice(0, 1, 4);
  CHECK(view.strides()[0] == 1);
  CHECK(view.strides()[1] == 6);
  CHECK(view.data<double>() == y.data<double>() + 1);
  // ANCHOR_END: views
  check_close(ch13::numbers(part), numbers(view));
}

TEST_CASE("both stretch alike and sum alike on the way back") {
  ch01::Random random(2);
  const ch13::Variable a = ch13::some({2, 1, 5}, random),
                       b = ch13::some({3, 1}, random);
  cairn::Tensor p = theirs(a.value), q = theirs(b.value);
  p.requires_grad_();
  q.requires_grad_();
  const ch13::Variable y = ch13::tanh(a * b + a);
  const cairn::Tensor z = cairn::tanh(p * q + p);
  check_close(ch13::numbers(y.value), numbers(z));
  const ch13::Tensor dy = ch13::some({2, 3, 5}, random).value;
  ch13::backward(y, dy);
  z.backward(theirs(dy));
  check_close(ch13::numbers(a.gradient()), numbers(p.grad()));
  check_close(ch13::numbers(b.gradient()), numbers(q.grad()));
}

TEST_CASE("a training step has the same gradients") {
  ch01::Random random(2);
  const auto weights = [&](const ch13::Shape& s) {
    return ch13::some(s, random).value;
  };
  const ch13::Mlp network(weights({5, 7}), weights({3, 5}));
  const ch13::Tensor x = weights({11, 7});
  const std::vector<int> labels = {0, 1, 2, 2, 1, 0, 0, 2, 1, 1, 2};
  std::vector<cairn::Tensor> w;
  for (const auto& [name, p] : network.parameters()) {
    w.push_back(theirs(p.value));
    w.back().requires_grad_();
  }
  const std::vector<std::int64_t> wide(labels.begin(), labels.end());
  const cairn::Tensor h = cairn::relu(cairn::matmul(theirs(x), w[0].t()) + w[1]);
  const cairn::Tensor loss = cairn::cross_entropy(
      cairn::matmul(h, w[2].t()) + w[3], cairn::Tensor::from_vector(wide, {11}));
  const ch13::Variable ours = ch13::softmax_cross_entropy(network(x), labels);
  CHECK(std::abs(loss.item<double>() - ch13::number(ours.value)) < 1e-12);
  loss.backward();
  ch13::backward(ours);
  for (std::size_t i = 0; i < w.size(); ++i) {
    check_close(ch13::numbers(network.parameters()[i].second.gradient()),
                numbers(w[i].grad()));
  }
}

TEST_CASE("the library too asks for nothing after the second step") {
  ch01::Random random(2);
  const cairn::Tensor x = theirs(ch13::some({64, 100}, random).value);
  cairn::Tensor w = theirs(ch13::some({100, 100}, random).value);
  w.requires_grad_();
  // ANCHOR: steady
  std::int64_t before = 0;
  for (int step = 0; step < 6; ++step) {
    if (step == 2) before = cairn::memory_stats().system_allocations;
    cairn::relu(cairn::matmul(x, w)).mean().backward();
  }
  CHECK(cairn::memory_stats().system_allocations == before);
  // ANCHOR_END: steady
}

TEST_CASE("and its results have the same bits on any number of threads") {
  ch01::Random random(2);
  const cairn::Tensor x = theirs(ch13::some({400, 300}, random).value);
  const int threads = cairn::num_threads();
  std::vector<Flat> results;
  for (int count : {1, 2, 3}) {
    cairn::set_num_threads(count);
    results.push_back(numbers(cairn::matmul(x, x.t())));
    results.back().push_back(x.sum().item<double>());
  }
  cairn::set_num_threads(threads);
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}
