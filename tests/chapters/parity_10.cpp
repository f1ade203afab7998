// Chapter 10 against the library: attention, its heads, the block, positions and GELU.
#include <cairn/nn/attention.h>
#include <cairn/nn/norm.h>
#include <cairn/nn/transformer.h>
#include <cairn/ops/attention.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/norm.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "10-attention/properties.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch10::Matrix;
using ch10::noise;
using Flat = std::vector<double>;

constexpr std::int64_t kTexts = 2, kLength = 5, kWidth = 6, kHeads = 3, kInner = 7;

Tensor tensor(const Matrix& m) {
  return Tensor::from_vector(
      m.values, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
}

// Rows of N sequences under one another as [N, T, D].
Tensor batch(const Matrix& m) { return tensor(m).reshape({kTexts, kLength, kWidth}); }

void check_close(const Flat& a, const Flat& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  CHECK(worst <= 1e-12 * std::max(1.0, largest));
}

void fill(Tensor target, const std::vector<ch04::Parameter*>& from) {
  Flat all;
  for (const ch04::Parameter* p : from) {
    all.insert(all.end(), p->value.values.begin(), p->value.values.end());
  }
  target.detach().copy_(Tensor::from_vector(all, target.shape()));
}

// Our three projections stand one below the other in the library's in_proj_weight.
void copy_heads(ch10::Heads<>& from, cairn::nn::MultiheadAttention& to) {
  const auto q = from.query.parameters(), k = from.key.parameters(),
             v = from.value.parameters(), o = from.out.parameters();
  fill(to.in_proj_weight, {q[0], k[0], v[0]});
  fill(to.in_proj_bias, {q[1], k[1], v[1]});
  fill(to.out_proj.weight, {o[0]});
  fill(to.out_proj.bias, {o[1]});
}

void copy_block(ch10::Block<>& from, cairn::nn::TransformerEncoderLayer& to) {
  to.to(cairn::f64);
  copy_heads(from.attention, to.self_attn);
  const auto up = from.feed.up.parameters(), down = from.feed.down.parameters();
  const auto n1 = from.norm1.parameters(), n2 = from.norm2.parameters();
  fill(to.linear1.weight, {up[0]});
  fill(to.linear1.bias, {up[1]});
  fill(to.linear2.weight, {down[0]});
  fill(to.linear2.bias, {down[1]});
  fill(to.norm1.weight, {n1[0]});
  fill(to.norm1.bias, {n1[1]});
  fill(to.norm2.weight, {n2[0]});
  fill(to.norm2.bias, {n2[1]});
}

// Both passes, of the same sequences and slopes.
template <class Ours>
void check_passes(Ours& ours, cairn::nn::Module& theirs, ch01::Random& random) {
  const Matrix x = noise(kTexts * kLength, kWidth, random),
               dy = noise(x.rows, x.cols, random);
  const Matrix y = ours.forward(x, kLength);
  const Matrix dx = ours.backward(dy);
  Tensor input = batch(x);
  input.requires_grad_();
  const Tensor output = theirs.forward(input);
  (output * batch(dy)).sum().backward();
  check_close(output.to_vector<double>(), y.values);
  check_close(input.grad().to_vector<double>(), dx.values);
}

}  // namespace

TEST_CASE("one head of the chapter is the library's attention") {
  ch01::Random random(1);
  // ANCHOR: same_head
  ch10::Head head{
      noise(5, 4, random), noise(5, 4, random), noise(5, 3, random), true, {}};
  const Matrix found = ch10::Attention::forward(head), dout = noise(5, 3, random);
  const ch10::HeadSlopes d = ch10::Attention::backward(head, dout);

  Tensor q = tensor(head.q), k = tensor(head.k), v = tensor(head.v);
  for (Tensor* t : {&q, &k, &v}) t->requires_grad_();
  const Tensor theirs =
      cairn::scaled_dot_product_attention(q, k, v, cairn::AttentionOptions().causal());
  (theirs * tensor(dout)).sum().backward();
  check_close(theirs.to_vector<double>(), found.values);
  check_close(q.grad().to_vector<double>(), d.q.values);
  check_close(k.grad().to_vector<double>(), d.k.values);
  check_close(v.grad().to_vector<double>(), d.v.values);
  // ANCHOR_END: same_head
}

TEST_CASE("heads of the chapter are MultiheadAttention") {
  ch01::Random random(2);
  ch10::Heads<> ours(kWidth, kHeads, true, random);
  ch10::shake(ours.parameters(), random);
  cairn::nn::MultiheadAttention theirs(
      cairn::nn::MultiheadAttentionOptions(kWidth, kHeads).causal());
  theirs.to(cairn::f64);
  copy_heads(ours, theirs);
  check_passes(ours, theirs, random);
  check_close(theirs.out_proj.weight.grad().to_vector<double>(),
              ours.out.parameters()[0]->gradient.values);
}

TEST_CASE("a block of the chapter is TransformerEncoderLayer") {
  for (ch10::Norm place : {ch10::Norm::kBefore, ch10::Norm::kAfter}) {
    ch01::Random random(3);
    ch10::Block<> ours(kWidth, kHeads, kInner, true, random, place);
    ch10::shake(ours.parameters(), random);
    cairn::nn::TransformerEncoderLayer theirs(
        cairn::nn::TransformerEncoderLayerOptions(kWidth, kHeads)
            .dim_feedforward(kInner)
            .activation(cairn::nn::Activation::gelu)
            .norm_first(place == ch10::Norm::kBefore)
            .dropout(0)
            .causal());
    copy_block(ours, theirs);
    check_passes(ours, theirs, random);
    check_close(theirs.linear1.weight.grad().to_vector<double>(),
                ours.feed.up.parameters()[0]->gradient.values);
    check_close(theirs.norm1.weight.grad().to_vector<double>(),
                ours.norm1.parameters()[0]->gradient.values);
  }
}

TEST_CASE("positions and GELU are the library's") {
  check_close(cairn::nn::sinusoidal_positions(9, 6, cairn::f64).to_vector<double>(),
              ch10::sinusoids(9, 6).values);
  ch01::Random random(4);
  const Matrix x = noise(3, 5, random);
  ch10::Gelu gelu;
  check_close(cairn::gelu(tensor(x)).to_vector<double>(), gelu.forward(x).values);
}
