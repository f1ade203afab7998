// Multi-head attention and Transformer layers: derivatives, what must hold whatever the
// weights are, names, and what is refused.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn::test {
namespace {

std::vector<std::string> names(nn::Module& module) {
  std::vector<std::string> list;
  for (const auto& [name, tensor] : module.state()) list.push_back(name);
  return list;
}

double difference(const Tensor& a, const Tensor& b) {
  return abs(a.detach().to(f64) - b.detach().to(f64)).max().item<double>();
}

// Biases and norms away from 0 and 1, in f64.
void stir(nn::Module& module, std::uint64_t seed) {
  module.to(f64);
  Generator generator(seed);
  for (Tensor& t : module.parameters()) nn::init::normal_(t, 0.1, 0.4, generator);
}

// gradcheck of the module's input and of all its parameters, in place.
template <class Run>
void check_gradients(nn::Module& module, std::vector<Tensor> inputs, Run run) {
  for (Tensor& x : inputs) x.requires_grad_();
  for (const Tensor& t : module.parameters()) inputs.push_back(t);
  const GradcheckResult result =
      gradcheck(run, inputs, GradcheckOptions().max_elements(60).tolerance(1e-5));
  INFO(module.describe() << ": " << result.message);
  CHECK(result.ok);
  CHECK(result.checked > 100);
}

Tensor padding(std::int64_t n, std::int64_t keys) {
  const Tensor mask = zeros({n, keys}, u8);
  mask[n - 1].slice(0, keys - 1, keys).fill_(1);
  return mask;
}

TEST_CASE("gradients of attention with its projections") {
  Generator generator(1);
  for (const std::int64_t heads : {1, 2}) {
    nn::MultiheadAttention module(nn::MultiheadAttentionOptions(14, heads));
    stir(module, 5);
    const Tensor x = randn({2, 3, 14}, generator, f64);
    check_gradients(module, {x}, [&](auto& in) {
      return module.forward(in[0], {true, padding(2, 3)});
    });
    const Tensor key = randn({2, 5, 14}, generator, f64);
    const Tensor value = randn({2, 5, 14}, generator, f64);
    check_gradients(module, {x, key, value}, [&](auto& in) {
      return module.forward(in[0], in[1], in[2], {true, padding(2, 5)});
    });
  }
}

TEST_CASE("gradients of Transformer layers") {
  Generator generator(2);
  for (const bool first : {false, true}) {
    for (const auto activation :
         {nn::Activation::relu, nn::Activation::gelu, nn::Activation::gelu_tanh}) {
      nn::TransformerEncoder module(nn::TransformerEncoderLayerOptions(6, 2)
                                        .dim_feedforward(7)
                                        .dropout(0)
                                        .activation(activation)
                                        .norm_first(first)
                                        .bias(first)
                                        .causal(),
                                    2, first);
      stir(module, 3);
      check_gradients(module, {randn({2, 4, 6}, generator, f64)},
                      [&](auto& in) { return module.forward(in[0]); });
    }
  }
}

TEST_CASE("a model of causal layers does not see the next token") {
  nn::TransformerEncoder module(nn::TransformerEncoderLayerOptions(12, 3)
                                    .dim_feedforward(20)
                                    .norm_first()
                                    .activation(nn::Activation::gelu)
                                    .causal(),
                                3, true);
  module.eval();
  const std::int64_t length = 40;
  Tensor x = randn({2, length, 12});
  const Tensor before = module(x);
  for (const std::int64_t at : {1, 17, 39}) {
    const Tensor changed = x.clone();
    changed.slice(1, at, length).fill_(3);
    const Tensor after = module(changed);
    CHECK(before.slice(1, 0, at).to_vector<float>() ==
          after.slice(1, 0, at).to_vector<float>());
    CHECK(difference(before.select(1, at), after.select(1, at)) > 1e-3);
  }
  // The same as a derivative: token 9 has none with respect to later ones. A sum would
  // have none at all: the last normalisation fixes it.
  x.requires_grad_();
  (module(x).select(1, 9) * randn({2, 12})).sum().backward();
  CHECK(abs(x.grad().slice(1, 10, length)).max().item<double>() == 0);
  CHECK(abs(x.grad().select(1, 9)).max().item<double>() > 1e-3);
}

TEST_CASE("without positions the order of tokens is not seen; with them it is") {
  nn::TransformerEncoder module(
      nn::TransformerEncoderLayerOptions(8, 2).dim_feedforward(16), 2);
  module.eval();
  module.to(f64);
  const Tensor x = randn({3, 7, 8}, f64);
  const Tensor order = Tensor::from_vector<std::int64_t>({4, 0, 6, 1, 5, 2, 3});
  const auto shuffled = [&](const Tensor& t) {
    std::vector<Tensor> rows;
    for (const std::int64_t i : order.to_vector<std::int64_t>()) {
      rows.push_back(t.select(1, i));
    }
    return stack(rows, 1);
  };
  CHECK(difference(shuffled(module(x)), module(shuffled(x))) < 1e-12);
  nn::PositionalEncoding positions(8, 7);
  CHECK(difference(shuffled(module(positions(x))), module(positions(shuffled(x)))) >
        1e-2);
}

TEST_CASE("padding changes nothing for the others") {
  nn::MultiheadAttention module(8, 2);
  const Tensor x = randn({2, 6, 8});
  const Tensor mask = zeros({2, 6}, u8);
  mask.slice(1, 4, 6).fill_(1);
  const Tensor padded = module.forward(x, {false, mask}).slice(1, 0, 4);
  CHECK(difference(padded, module(x.slice(1, 0, 4).contiguous())) < 1e-6);
  mask[1].fill_(1);  // nothing is left of sample 1: the bias of the last projection
  const Tensor none = module.forward(x, {false, mask});
  const NoGradGuard guard;
  CHECK(difference(none[1], module.out_proj.bias.expand({6, 8})) == 0);
}

TEST_CASE("self-attention is attention of a tensor to itself") {
  nn::MultiheadAttention module(10, 2);
  const Tensor x = randn({2, 5, 10});
  CHECK(difference(module(x), module.forward(x, x.clone(), x.clone(), {})) < 1e-6);
}

TEST_CASE("dropout of Transformer layers ends with training") {
  nn::TransformerEncoderLayer layer(
      nn::TransformerEncoderLayerOptions(8, 2).dim_feedforward(16).dropout(0.3));
  const Tensor x = randn({2, 5, 8});
  CHECK(difference(layer(x), layer(x)) > 1e-3);
  layer.eval();
  CHECK(difference(layer(x), layer(x)) == 0);
  nn::MultiheadAttention attention(
      nn::MultiheadAttentionOptions(8, 2).dropout(0.5).bias(false));
  CHECK(difference(attention(x), attention(x)) > 1e-3);
  attention.eval();
  CHECK(difference(attention(x), attention(x)) == 0);
}

TEST_CASE("parameters of Transformer layers have PyTorch's names and first values") {
  nn::TransformerEncoderLayer layer(512, 8);
  CHECK(names(layer) ==
        std::vector<std::string>{"self_attn.in_proj_weight", "self_attn.in_proj_bias",
                                 "self_attn.out_proj.weight", "self_attn.out_proj.bias",
                                 "linear1.weight", "linear1.bias", "linear2.weight",
                                 "linear2.bias", "norm1.weight", "norm1.bias",
                                 "norm2.weight", "norm2.bias"});
  CHECK(layer.linear1.weight.shape() == Shape{2048, 512});
  const Tensor& w = layer.self_attn.in_proj_weight;
  CHECK(w.shape() == Shape{1536, 512});
  const double bound = std::sqrt(6.0 / (1536 + 512));
  CHECK(abs(w.detach()).max().item<double>() == Approx(bound).epsilon(1e-3));
  CHECK(square(w.detach()).mean().item<double>() ==
        Approx(bound * bound / 3).epsilon(0.01));
  for (const Tensor& b :
       {layer.self_attn.in_proj_bias, layer.self_attn.out_proj.bias}) {
    CHECK(abs(b.detach()).max().item<double>() == 0);
  }
  nn::TransformerEncoder two(nn::TransformerEncoderLayerOptions(4, 1), 2);
  CHECK(names(two)[12] == "layers.1.self_attn.in_proj_weight");
  CHECK(names(two).size() == 24);
  CHECK(difference(two.layers[0].linear1.weight, two.layers[1].linear1.weight) > 0);
}

TEST_CASE("sinusoidal positions are sines and cosines of falling frequency") {
  const Tensor p = nn::sinusoidal_positions(7, 5, f64);
  CHECK(p.shape() == Shape{7, 5});
  const std::vector<double> v = p.to_vector<double>();
  for (std::int64_t row = 0; row < 7; ++row) {
    for (std::int64_t i = 0; i < 5; ++i) {
      const double angle = double(row) / std::pow(10000.0, double(i / 2 * 2) / 5);
      const double want = i % 2 == 0 ? std::sin(angle) : std::cos(angle);
      CHECK(v[static_cast<std::size_t>(row * 5 + i)] == Approx(want).margin(1e-15));
    }
  }
  nn::PositionalEncoding encoding(5, 7);
  CHECK(encoding.parameters().empty());
  const Tensor x = randn({2, 3, 5}, f64);
  CHECK(difference(encoding(x), x + p.slice(0, 0, 3)) == 0);
  CHECK(encoding(x.to(f32)).dtype() == f32);
  CHECK(difference(encoding(x), x + p.slice(0, 0, 3)) == 0);  // f32 left no trace
}

TEST_CASE("Transformer modules describe themselves and say what does not fit") {
  CHECK(nn::MultiheadAttention(
            nn::MultiheadAttentionOptions(8, 2).dropout(0.1).bias(false).causal())
            .describe() == "MultiheadAttention(8, 2, dropout 0.1, no bias, causal)");
  CHECK(nn::TransformerEncoderLayer(nn::TransformerEncoderLayerOptions(8, 2)
                                        .dim_feedforward(32)
                                        .dropout(0)
                                        .activation(nn::Activation::gelu)
                                        .norm_first())
            .describe() ==
        "TransformerEncoderLayer(8, 2, feedforward 32, gelu, dropout "
        "0, norm first)");
  CHECK(nn::PositionalEncoding(8, 16).describe() == "PositionalEncoding(8, 16)");
  CHECK(nn::GELU().describe() == "GELU()");
  CHECK(nn::GELU(GeluForm::tanh).describe() == "GELU(tanh)");
  const Tensor x = randn({9});
  CHECK(difference(nn::GELU(GeluForm::tanh)(x), gelu(x, GeluForm::tanh)) == 0);
  CHECK_ERROR(
      ValueError, nn::MultiheadAttention(10, 3),
      "MultiheadAttention: 10 features and 3 heads; both must be 1 or more, and "
      "the features a multiple of the heads");
  CHECK_ERROR(ValueError,
              nn::MultiheadAttention(nn::MultiheadAttentionOptions(4, 2).dropout(1)),
              "dropout is 1");
  nn::MultiheadAttention attention(8, 2);
  CHECK_ERROR(ShapeError, attention(zeros({3, 8})),
              "MultiheadAttention: the query has shape (3, 8); it must be (n, length, "
              "8): unsqueeze(0) a single sequence");
  CHECK_ERROR(
      ShapeError,
      attention.forward(zeros({2, 3, 8}), zeros({2, 3, 7}), zeros({2, 3, 8}), {}),
      "the key has shape (2, 3, 7)");
  CHECK_ERROR(ShapeError,
              attention.forward(zeros({2, 3, 8}), {false, zeros({2, 4}, u8)}),
              "a key padding mask of shape (2, 4) and dtype u8; it must be u8 of shape "
              "(2, 3)");
  CHECK_ERROR(ValueError,
              nn::TransformerEncoder(nn::TransformerEncoderLayerOptions(4, 1), 0),
              "TransformerEncoder: 0 layers");
  CHECK_ERROR(ShapeError, nn::PositionalEncoding(8, 4)(zeros({1, 5, 8})),
              "(n, length, 8) with a length of at most 4");
  nn::TransformerEncoder encoder(nn::TransformerEncoderLayerOptions(8, 2), 1);
  CHECK_ERROR(ShapeError, encoder(zeros({2, 3, 7})),
              "layer 0, TransformerEncoderLayer(");
}

}  // namespace
}  // namespace cairn::test
