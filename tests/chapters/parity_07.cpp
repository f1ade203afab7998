// Chapter 7 against the library: the same cells, the same sequences, the same slopes.
#include <cairn/nn/recurrent.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/shape.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/gru.h"
#include "07-recurrent-networks/lstm.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch07::Flat;
using ch07::Matrix;
using ch07::Recurrent;
using ch07::Sequence;

constexpr std::size_t kRows = 3, kSteps = 5, kIn = 4, kWidth = 6;

Tensor tensor(const Matrix& m) {
  return Tensor::from_vector(
      m.values, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
}

// [T] of [N × d] as one tensor, batch first: [N, T, d].
Tensor batch_first(const Sequence& xs) {
  std::vector<Tensor> steps;
  for (const Matrix& x : xs) steps.push_back(tensor(x));
  return cairn::stack(steps, 1);
}

Flat batch_first(const ch07::Run& run) {
  Sequence hs;
  for (const ch07::Step& s : run) hs.push_back(s.after.h);
  return batch_first(hs).to_vector<double>();
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

// Weights lie the same way on both sides; a bias is [G·H] for our [1 × G·H].
template <class Cell>
void copy_parameters(Recurrent<Cell>& from, cairn::nn::Recurrent& to) {
  to.to(cairn::f64);
  const auto ours = from.parameters();
  const auto theirs = to.parameters();
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    Tensor target = theirs[i].detach();
    target.copy_(tensor(ours[i]->value).reshape(target.shape()));
  }
}

struct Inputs {
  ch01::Random random{5};
  Sequence xs, dhs;
  ch07::State first, last;  // last: the slopes by the last state

  Inputs() {
    for (std::size_t t = 0; t < kSteps; ++t) {
      xs.push_back(ch07::noise(kRows, kIn, random));
      dhs.push_back(ch07::noise(kRows, kWidth, random));
    }
    const auto state = [&] { return ch07::noise(kRows, kWidth, random); };
    first = {state(), state()};
    last = {state(), state()};
  }
};

// All states, and the slopes by inputs, first state and weights.
template <class Cell, class Layer>
void compare() {
  Inputs in;
  Recurrent<Cell> ours(kIn, kWidth, in.random);
  Layer theirs(kIn, kWidth);
  copy_parameters(ours, theirs);
  const bool has_c = Cell::kBlocks == 4;

  const ch07::Run run = ours.forward(in.xs, in.first);
  ch07::State d = in.last;
  if (!has_c) d.c = Matrix(kRows, kWidth);
  const Sequence dxs = ours.backward(run, in.dhs, d);

  Tensor x = batch_first(in.xs);
  Tensor h0 = tensor(in.first.h).reshape({1, kRows, kWidth});
  Tensor c0 = tensor(in.first.c).reshape({1, kRows, kWidth});
  for (Tensor* t : {&x, &h0, &c0}) t->requires_grad_();
  const auto out = theirs.run(x, {h0, has_c ? c0 : Tensor()});
  check_close(out.y.template to_vector<double>(), batch_first(run));
  Tensor loss =
      (out.y * batch_first(in.dhs)).sum() + (out.state.h[0] * tensor(in.last.h)).sum();
  if (has_c) loss = loss + (out.state.c[0] * tensor(in.last.c)).sum();
  loss.backward();

  check_close(x.grad().to_vector<double>(), batch_first(dxs).to_vector<double>());
  check_close(h0.grad().to_vector<double>(), d.h.values);
  if (has_c) {
    check_close(out.state.c.template to_vector<double>(), run.back().after.c.values);
    check_close(c0.grad().to_vector<double>(), d.c.values);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    check_close(theirs.parameters()[i].grad().template to_vector<double>(),
                ours.parameters()[i]->gradient.values);
  }
}

}  // namespace

TEST_CASE("an LSTM of the chapter is one of the library") {
  Inputs in;
  // ANCHOR: same_lstm
  Recurrent<ch07::LstmCell> ours(kIn, kWidth, in.random);
  cairn::nn::LSTM theirs(kIn, kWidth);
  copy_parameters(ours, theirs);  // weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0

  const ch07::Run run = ours.forward(in.xs, ch07::zero_state(kRows, kWidth));
  const auto [y, state] = theirs.run(batch_first(in.xs));  // x is [N, T, d]
  check_close(y.to_vector<double>(), batch_first(run));
  check_close(state.c.to_vector<double>(), run.back().after.c.values);
  // ANCHOR_END: same_lstm
  CHECK(theirs.named_parameters()[0].first == "weight_ih_l0");
  CHECK(theirs.named_parameters()[3].first == "bias_hh_l0");
}

TEST_CASE("all cells give the library's states and slopes") {
  compare<ch07::TanhCell, cairn::nn::RNN>();
  compare<ch07::LstmCell, cairn::nn::LSTM>();
  compare<ch07::GruCell, cairn::nn::GRU>();
}

TEST_CASE("a sequence in two pieces is one for the library too") {
  Inputs in;
  cairn::nn::GRU gru(kIn, kWidth);
  gru.to(cairn::f64);
  const Tensor x = batch_first(in.xs);
  const auto whole = gru.run(x);
  const auto first = gru.run(x.slice(1, 0, 2));
  const auto rest = gru.run(x.slice(1, 2, 5), first.state.detach());
  check_close(rest.state.h.to_vector<double>(), whole.state.h.to_vector<double>());
}

TEST_CASE("with lengths the library gives the state after each sequence's own end") {
  Inputs in;
  Recurrent<ch07::LstmCell> ours(kIn, kWidth, in.random);
  cairn::nn::LSTM theirs(kIn, kWidth);
  copy_parameters(ours, theirs);
  const std::vector<std::int64_t> lengths = {2, 5, 1};
  const ch07::Run run = ours.forward(in.xs, ch07::zero_state(kRows, kWidth));
  const auto out = theirs.run(batch_first(in.xs), {}, Tensor::from_vector(lengths));
  Flat h, c;
  for (std::size_t n = 0; n < kRows; ++n) {
    const ch07::State& end = run[static_cast<std::size_t>(lengths[n]) - 1].after;
    for (std::size_t j = 0; j < kWidth; ++j) {
      h.push_back(end.h(n, j));
      c.push_back(end.c(n, j));
    }
  }
  check_close(out.state.h.to_vector<double>(), h);
  check_close(out.state.c.to_vector<double>(), c);
}
