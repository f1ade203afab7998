// The recurrent layers' part of the registry.
#include "tests/ops/cases.h"

namespace cairn::test {
namespace {

using Inputs = std::vector<Tensor>;

// All results of a recurrent layer in one row.
Tensor everything(const RecurrentResult& r) {
  std::vector<Tensor> parts{r.y.reshape({-1}), r.h.reshape({-1})};
  if (r.c.defined()) parts.push_back(r.c.reshape({-1}));
  return cat(parts);
}

RecurrentWeights weights_from(const Inputs& x, std::size_t first) {
  return {x[first], x[first + 1], x[first + 2], x[first + 3]};
}

}  // namespace

void add_recurrent_cases(std::vector<OpCase>& cases) {
  Generator generator(2025);
  const auto normal = [&](const Shape& shape) { return randn(shape, generator, f64); };
  const auto add = [&](const char* op, const char* what,
                       std::function<Tensor(const Inputs&)> f, Inputs inputs) {
    for (Tensor& input : inputs) input = input.detach().requires_grad_();
    cases.push_back({op, what, std::move(f), std::move(inputs)});
  };
  const auto weights = [&](std::int64_t gates, std::int64_t in, std::int64_t hidden,
                           Inputs before) {
    for (const Shape& shape : {Shape{gates * hidden, in}, Shape{gates * hidden, hidden},
                               Shape{gates * hidden}, Shape{gates * hidden}}) {
      before.push_back(normal(shape) * 0.6);
    }
    return before;
  };
  const RecurrentOrder back{true, Tensor()};
  const Tensor lengths = Tensor::from_vector<std::int64_t>({2, 4, 1});
  const RecurrentOrder ragged{false, lengths}, ragged_back{true, lengths};

  add(
      "rnn", "four steps from a given state",
      [](auto& x) { return everything(rnn(x[0], x[1], weights_from(x, 2))); },
      weights(1, 3, 7, {normal({2, 4, 3}), normal({2, 7})}));
  add(
      "rnn", "relu, from the end, of unequal lengths",
      [=](auto& x) {
        return everything(
            rnn(x[0], x[1], weights_from(x, 2), Nonlinearity::relu, ragged_back));
      },
      weights(1, 3, 5, {normal({3, 4, 3}), normal({3, 5})}));
  add(
      "rnn", "one step, one sequence, one unit, permuted",
      [](auto& x) {
        return everything(rnn(x[0].permute({1, 2, 0}), Tensor(), weights_from(x, 1)));
      },
      weights(1, 2, 1, {normal({2, 1, 1})}));
  add(
      "lstm", "four steps from a given state",
      [](auto& x) { return everything(lstm(x[0], x[1], x[2], weights_from(x, 3))); },
      weights(4, 3, 7, {normal({2, 4, 3}), normal({2, 7}), normal({2, 7})}));
  add(
      "lstm", "from the end, of unequal lengths",
      [=](auto& x) {
        return everything(lstm(x[0], x[1], x[2], weights_from(x, 3), ragged_back));
      },
      weights(4, 2, 3, {normal({3, 4, 2}), normal({3, 3}), normal({3, 3})}));
  add(
      "lstm", "one step, one sequence",
      [](auto& x) { return everything(lstm(x[0], x[1], x[2], weights_from(x, 3))); },
      weights(4, 2, 5, {normal({1, 1, 2}), normal({1, 5}), normal({1, 5})}));
  add("lstm", "the last c alone, no biases",
      [](auto& x) {
        return lstm(x[0], Tensor(), Tensor(), {x[1], x[2], Tensor(), Tensor()}).c;
      },
      {normal({2, 5, 3}), normal({12, 3}), normal({12, 3})});
  add(
      "gru", "four steps from a given state",
      [](auto& x) { return everything(gru(x[0], x[1], weights_from(x, 2))); },
      weights(3, 3, 7, {normal({2, 4, 3}), normal({2, 7})}));
  add(
      "gru", "of unequal lengths",
      [=](auto& x) { return everything(gru(x[0], x[1], weights_from(x, 2), ragged)); },
      weights(3, 2, 4, {normal({3, 4, 2}), normal({3, 4})}));
  add(
      "gru", "two steps from the end, one sequence, no state",
      [=](auto& x) {
        return everything(gru(x[0], Tensor(), weights_from(x, 1), back));
      },
      weights(3, 2, 5, {normal({1, 2, 2})}));
  add("gru", "the last h alone, no biases",
      [](auto& x) {
        return gru(x[0], Tensor(), {x[1], x[2], Tensor(), Tensor()}).h;
      },
      {normal({2, 5, 3}), normal({9, 3}), normal({9, 3})});
  const Tensor indices = Tensor::from_vector<std::int64_t>({3, 0, 3, 1, 4, 3}, {2, 3});
  add("embedding", "rows looked up several times, and not at all",
      [=](auto& x) { return embedding(indices, x[0]); }, {normal({6, 5})});
  add("embedding", "a transposed weight",
      [=](auto& x) { return embedding(indices, x[0].t()); }, {normal({2, 5})});
}

}  // namespace cairn::test
