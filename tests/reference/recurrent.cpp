// Recurrent layers of the reference: their inputs are x, the states and all weights.
#include "tests/reference/case.h"

namespace cairn::test {
namespace {

// As a layer of the library, whose parameters become the given tensors.
template <class Layer>
nn::RecurrentOutput run(const std::vector<Tensor>& inputs, const Settings& s,
                        std::size_t states) {
  nn::RecurrentOptions options(inputs[0].size(2),
                               static_cast<std::int64_t>(s.number("hidden")));
  options.num_layers(static_cast<std::int64_t>(s.number("layers")));
  options.bidirectional(s.number("bidirectional") != 0);
  Layer layer(options);
  std::size_t next = 1 + states;
  const std::int64_t directions = options.bidirectional_ ? 2 : 1;
  for (std::int64_t i = 0; i < options.num_layers_ * directions; ++i) {
    layer.weights(i / directions, i % directions == 1) = {
        inputs[next], inputs[next + 1], inputs[next + 2], inputs[next + 3]};
    next += 4;
  }
  Tensor lengths;
  if (s.number("lengths", 0) != 0) {
    std::vector<std::int64_t> values;
    for (const double v : s.numbers("lengths")) values.push_back(std::int64_t(v));
    lengths = Tensor::from_vector(values);
  }
  return layer.run(inputs[0], {inputs[1], states == 2 ? inputs[2] : Tensor()}, lengths);
}

}  // namespace

Tensor recurrent(const std::string& kind, const std::vector<Tensor>& x,
                 const Settings& s) {
  const nn::RecurrentOutput out = kind == "lstm"  ? run<nn::LSTM>(x, s, 2)
                                  : kind == "gru" ? run<nn::GRU>(x, s, 1)
                                                  : run<nn::RNN>(x, s, 1);
  std::vector<Tensor> parts{out.y.reshape({-1}), out.state.h.reshape({-1})};
  if (out.state.c.defined()) parts.push_back(out.state.c.reshape({-1}));
  return cat(parts);
}

}  // namespace cairn::test
