#include <cairn/nn/recurrent_cell.h>

#include <cmath>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>

namespace cairn::nn {

using detail::concat;

RecurrentCell::RecurrentCell(std::int64_t input_size, std::int64_t hidden_size,
                             bool bias, const char* name, std::int64_t gates)
    : name_(name) {
  if (input_size < 1 || hidden_size < 1) {
    throw ValueError(concat(name, ": ", input_size, " inputs and ", hidden_size,
                            " units; both must be 1 or more"));
  }
  const double bound = 1 / std::sqrt(static_cast<double>(hidden_size));
  const auto drawn = [bound](const Shape& shape) {
    return detail::drawn_parameter(shape, bound);
  };
  const std::int64_t rows = gates * hidden_size;
  weights.ih = drawn({rows, input_size});
  weights.hh = drawn({rows, hidden_size});
  if (bias) weights.bias_ih = drawn({rows}), weights.bias_hh = drawn({rows});
}

RecurrentState RecurrentCell::step(const Tensor& x, const RecurrentState& state) const {
  if (x.dim() != 2) {
    throw ShapeError(concat(name_, ": an input of shape ", x.shape(),
                            "; a step is (sequences, features): select() one of a "
                            "sequence's, or use the layer for all of them"));
  }
  const RecurrentResult r = one_step(x.unsqueeze(1), state);
  return {r.h, r.c};
}

void RecurrentCell::parts(Parts& parts) {
  parts.parameter("weight_ih", weights.ih);
  parts.parameter("weight_hh", weights.hh);
  parts.parameter("bias_ih", weights.bias_ih);
  parts.parameter("bias_hh", weights.bias_hh);
}

std::string RecurrentCell::describe() const {
  return concat(name_, "(", weights.ih.size(1), ", ", weights.hh.size(1),
                weights.bias_ih.defined() ? "" : ", no bias", ")");
}

RecurrentResult RNNCell::one_step(const Tensor& x, const RecurrentState& s) const {
  return rnn(x, s.h, weights, nonlinearity_);
}

RecurrentResult LSTMCell::one_step(const Tensor& x, const RecurrentState& s) const {
  return lstm(x, s.h, s.c, weights);
}

RecurrentResult GRUCell::one_step(const Tensor& x, const RecurrentState& s) const {
  return gru(x, s.h, weights);
}

}  // namespace cairn::nn
