// Layers made of recurrent operations: several on each other, in two directions, with
// states in and out; and the files that PyTorch writes of them.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using nn::RecurrentOptions;
using Floats = std::vector<float>;

Tensor join(const Tensor& a, const Tensor& b) { return cat({a, b}, 2); }

TEST_CASE("recurrent layers are stacked in both directions") {
  manual_seed(4);
  nn::LSTM layer(RecurrentOptions(3, 5).num_layers(2).bidirectional(true));
  const Tensor x = randn({4, 6, 3});
  const nn::RecurrentState start{randn({4, 4, 5}), randn({4, 4, 5})};
  const nn::RecurrentOutput out = layer.run(x, start);
  const auto alone = [&](const Tensor& from, std::int64_t i, bool reverse) {
    const std::int64_t at = 2 * i + (reverse ? 1 : 0);
    return lstm(from, start.h[at], start.c[at], layer.weights(i, reverse),
                {reverse, {}});
  };
  const RecurrentResult a = alone(x, 0, false), b = alone(x, 0, true);
  const Tensor middle = join(a.y, b.y);
  const RecurrentResult c = alone(middle, 1, false), d = alone(middle, 1, true);
  CHECK(out.y.to_vector<float>() == join(c.y, d.y).to_vector<float>());
  CHECK(out.y.shape() == Shape{4, 6, 10});
  CHECK(out.state.h.to_vector<float>() ==
        stack({a.h, b.h, c.h, d.h}).to_vector<float>());
  CHECK(out.state.c.to_vector<float>() ==
        stack({a.c, b.c, c.c, d.c}).to_vector<float>());
}

TEST_CASE("a recurrent layer gives back the sequence or its last state") {
  manual_seed(5);
  nn::GRU sequence(RecurrentOptions(3, 4).bidirectional(true));
  const Tensor x = randn({2, 5, 3});
  const nn::RecurrentOutput out = sequence.run(x);
  CHECK(sequence(x).to_vector<float>() == out.y.to_vector<float>());
  nn::GRU last(RecurrentOptions(3, 4).bidirectional(true).returns(nn::Returns::last));
  last.load_state(sequence.state());
  CHECK(last(x).shape() == Shape{2, 8});
  CHECK(last(x).to_vector<float>() ==
        cat({out.state.h[0], out.state.h[1]}, 1).to_vector<float>());
  // Forward it is the end of the sequence, backward its beginning.
  CHECK(last(x).slice(1, 0, 4).to_vector<float>() ==
        out.y.select(1, 4).slice(1, 0, 4).to_vector<float>());
  CHECK(last(x).slice(1, 4, 8).to_vector<float>() ==
        out.y.select(1, 0).slice(1, 4, 8).to_vector<float>());
}

TEST_CASE("Sequential holds recurrent layers") {
  manual_seed(6);
  nn::Sequential model(nn::Embedding(11, 6),
                       nn::LSTM(RecurrentOptions(6, 8).returns(nn::Returns::sequence)),
                       nn::GRU(RecurrentOptions(8, 5).returns(nn::Returns::last)),
                       nn::Linear(5, 3));
  const Tensor x = (rand({4, 7}) * 11).to(i64);
  const Tensor y = model(x);
  REQUIRE(y.shape() == Shape{4, 3});
  CHECK(model.named_parameters()[1].first == "1.weight_ih_l0");
  cross_entropy(y, Tensor::from_vector<std::int64_t>({0, 1, 2, 0})).backward();
  for (const auto& [name, t] : model.named_parameters()) {
    INFO(name);
    REQUIRE(t.grad().defined());
    CHECK(abs(t.grad()).max().item<double>() > 0);
  }
  CHECK_ERROR(IndexError, model(full({1, 2}, 11, i64)), "layer 0, Embedding(11, 6): ");
  CHECK(model.describe() ==
        "Sequential(Embedding(11, 6), LSTM(6, 8), GRU(8, 5, last), Linear(5, 3))");
}

TEST_CASE("deep recurrent layers have right gradients") {
  manual_seed(7);
  nn::LSTM lstm(RecurrentOptions(3, 7).num_layers(2).bidirectional(true));
  nn::GRU gru(RecurrentOptions(3, 7).num_layers(3));
  nn::RNN rnn(RecurrentOptions(3, 7).num_layers(2).bias(false).bidirectional(true));
  const Tensor lengths = Tensor::from_vector<std::int64_t>({3, 1});
  for (nn::Recurrent* layer :
       {static_cast<nn::Recurrent*>(&lstm), static_cast<nn::Recurrent*>(&gru),
        static_cast<nn::Recurrent*>(&rnn)}) {
    layer->to(f64);
    for (const Tensor& ends : {Tensor(), lengths}) {
      std::vector<Tensor> inputs = layer->parameters();
      Tensor x = randn({2, 3, 3}, f64);
      inputs.push_back(x.requires_grad_());
      const GradcheckResult result = gradcheck(
          [&](const std::vector<Tensor>& in) {
            const nn::RecurrentOutput out = layer->run(in.back(), {}, ends);
            return cat({out.y.reshape({-1}), out.state.h.reshape({-1})});
          },
          inputs, GradcheckOptions().max_elements(60));
      INFO(layer->describe() << ": " << result.message);
      CHECK(result.ok);
      CHECK(result.checked > 200);
    }
  }
}

TEST_CASE("dropout acts between recurrent layers while training") {
  manual_seed(8);
  nn::RNN layer(RecurrentOptions(3, 64).num_layers(2).dropout(0.5));
  const Tensor x = randn({2, 3, 3});
  const Floats first = layer(x).to_vector<float>();
  CHECK(layer(x).to_vector<float>() != first);
  layer.eval();
  const Floats still = layer(x).to_vector<float>();
  CHECK(layer(x).to_vector<float>() == still);
  // Not behind the last layer: no element of its result is zero.
  CHECK(eq(layer(x), scalar(0)).sum().item<double>() == 0);
  layer.train();
  CHECK(eq(layer(x), scalar(0)).sum().item<double>() == 0);
  nn::RNN one(RecurrentOptions(3, 4).dropout(0.5));
  CHECK(one(x).to_vector<float>() == one(x).to_vector<float>());
}

TEST_CASE("a cell is one step of its layer") {
  manual_seed(9);
  const Tensor x = randn({3, 4, 2});
  nn::LSTM layer(2, 5);
  nn::LSTMCell cell(2, 5);
  cell.weights = layer.weights(0);
  nn::RecurrentState state;
  for (std::int64_t t = 0; t < 4; ++t) state = cell.step(x.select(1, t), state);
  const nn::RecurrentOutput out = layer.run(x);
  for (const auto& [found, wanted] :
       {std::pair{state.h, out.state.h[0]}, std::pair{state.c, out.state.c[0]}}) {
    CHECK(abs(found - wanted).max().item<double>() < 1e-6);
  }
  nn::GRUCell gru(2, 5, false);
  CHECK(gru(x.select(1, 0)).shape() == Shape{3, 5});
  CHECK(gru.named_parameters().size() == 2);
  CHECK(gru.describe() == "GRUCell(2, 5, no bias)");
  nn::RNNCell rnn(2, 5, true, Nonlinearity::relu);
  CHECK(rnn(x.select(1, 0)).min().item<double>() >= 0);
  CHECK_ERROR(ShapeError, cell(x), "LSTMCell: an input of shape (3, 4, 2); a step is");
}

TEST_CASE("recurrent layers name their parameters as PyTorch does") {
  nn::GRU layer(RecurrentOptions(3, 4).num_layers(2).bidirectional(true));
  std::vector<std::string> names;
  for (const auto& [name, t] : layer.named_parameters()) names.push_back(name);
  CHECK(names == std::vector<std::string>{
                     "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
                     "weight_ih_l0_reverse", "weight_hh_l0_reverse",
                     "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
                     "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
                     "weight_hh_l1_reverse", "bias_ih_l1_reverse",
                     "bias_hh_l1_reverse"});
  CHECK(layer.weights(1).ih.shape() == Shape{12, 8});
  const double bound = 0.5;  // one over the root of four units
  for (const Tensor& t : layer.parameters()) {
    CHECK(abs(t).max().item<double>() <= bound);
  }
  CHECK(abs(layer.weights(1).ih).max().item<double>() > 0.9 * bound);
}

TEST_CASE("the state of a recurrent layer can be cut off from its history") {
  nn::LSTM layer(2, 3);
  const nn::RecurrentOutput out = layer.run(randn({1, 2, 2}));
  CHECK(out.state.h.requires_grad());
  CHECK_FALSE(out.state.detach().h.requires_grad());
  CHECK_FALSE(out.state.detach().c.requires_grad());
  CHECK_FALSE(nn::RecurrentState().detach().h.defined());
}

TEST_CASE("errors of recurrent layers say what to set") {
  CHECK_ERROR(ValueError, nn::LSTM(0, 4), "LSTM: 0 inputs, 4 units and 1 layers");
  CHECK_ERROR(ValueError, nn::GRU(RecurrentOptions(2, 2).dropout(1)),
              "GRU: dropout is 1");
  CHECK_ERROR(ValueError,
              nn::GRU(RecurrentOptions(2, 2).nonlinearity(Nonlinearity::relu)),
              "only RNN has a choice");
  CHECK_ERROR(ValueError, nn::RNNCell(2, 0), "RNNCell: 2 inputs and 0 units");
  nn::RNN layer(RecurrentOptions(3, 4).num_layers(2));
  CHECK_ERROR(IndexError, layer.weights(2),
              "RNN: there is no layer 2; it has layers 0 to 1");
  CHECK_ERROR(IndexError, layer.weights(0, true), "in one direction");
  const Tensor x = zeros({2, 5, 3});
  CHECK_ERROR(ShapeError, layer.run(x, {zeros({1, 2, 4}), Tensor()}),
              "the first h has shape (1, 2, 4); it must be (2, 2, 4)");
  CHECK_ERROR(ValueError, layer.run(x, {Tensor(), zeros({2, 2, 4})}),
              "which only an LSTM has");
  CHECK_ERROR(ShapeError, layer(zeros({5, 3})), "rnn: an input of shape (5, 3)");
  CHECK_ERROR(ValueError, layer(Tensor()), "rnn");
}

TEST_CASE("an embedding's padding is zero and stays so") {
  nn::Embedding layer(nn::EmbeddingOptions(5, 3).padding_idx(-1));
  CHECK(layer.weight[4].to_vector<float>() == Floats{0, 0, 0});
  CHECK(abs(layer.weight[3]).max().item<double>() > 0);
  layer(full({2}, 4, i64)).sum().backward();
  CHECK(layer.weight.grad().to_vector<float>() == Floats(15, 0.0F));
  CHECK(layer.describe() == "Embedding(5, 3, padding -1)");
  CHECK_ERROR(ValueError, nn::Embedding(0, 3), "Embedding: 0 rows of 3 numbers");
  CHECK_ERROR(IndexError, nn::Embedding(nn::EmbeddingOptions(5, 3).padding_idx(5)),
              "padding_idx 5 is none of the 5 rows");
}

}  // namespace
}  // namespace cairn
