#include <cairn/nn/recurrent.h>

#include <cmath>
#include <utility>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>
#include <cairn/ops/dropout.h>
#include <cairn/ops/shape.h>

namespace cairn::nn {

using detail::concat;

namespace {

void check_options(const RecurrentOptions& o, const std::string& name) {
  if (o.input_size_ < 1 || o.hidden_size_ < 1 || o.num_layers_ < 1) {
    throw ValueError(concat(name, ": ", o.input_size_, " inputs, ", o.hidden_size_,
                            " units and ", o.num_layers_,
                            " layers; all must be 1 or more"));
  }
  if (!(o.dropout_ >= 0 && o.dropout_ < 1)) {
    throw ValueError(concat(name, ": dropout is ", o.dropout_,
                            "; the share that is dropped lies in [0, 1)"));
  }
  if (name != "RNN" && o.nonlinearity_ != Nonlinearity::tanh) {
    throw ValueError(concat(name,
                            ": its nonlinearities are fixed; only RNN has a "
                            "choice: leave nonlinearity() out"));
  }
}

// The state of layer and direction number i; undefined where nothing is.
Tensor part(const Tensor& states, std::int64_t i) {
  return states.defined() ? states.select(0, i) : Tensor();
}

template <class Tensors>
Tensor stacked(const Tensors& states) {
  if (states.size() == 1) return states[0].unsqueeze(0);
  return stack({states.begin(), states.end()});
}

}  // namespace

Recurrent::Recurrent(const RecurrentOptions& options, const char* name,
                     std::int64_t gates)
    : options_(options), name_(name) {
  check_options(options, name);
  const std::int64_t hidden = options.hidden_size_, rows = gates * hidden;
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  const auto drawn = [bound](const Shape& shape) {
    return detail::drawn_parameter(shape, bound);
  };
  for (std::int64_t i = 0; i < options.num_layers_ * directions(); ++i) {
    const bool first = i < directions();
    RecurrentWeights w;
    w.ih = drawn({rows, first ? options.input_size_ : hidden * directions()});
    w.hh = drawn({rows, hidden});
    if (options.bias_) w.bias_ih = drawn({rows}), w.bias_hh = drawn({rows});
    weights_.push_back(std::move(w));
  }
}

RecurrentWeights& Recurrent::weights(std::int64_t layer, bool reverse) {
  if (layer < 0 || layer >= options_.num_layers_ ||
      (reverse && !options_.bidirectional_)) {
    throw IndexError(
        concat(name_, ": there is no layer ", layer, reverse ? " from the end" : "",
               "; it has layers 0 to ", options_.num_layers_ - 1,
               options_.bidirectional_ ? " in two directions" : " in one direction"));
  }
  return weights_[static_cast<std::size_t>(layer * directions() + (reverse ? 1 : 0))];
}

void Recurrent::check_state(const Tensor& state, const char* what,
                            const Tensor& x) const {
  if (!state.defined()) return;
  const Shape wanted{options_.num_layers_ * directions(), x.size(0),
                     options_.hidden_size_};
  if (state.shape() == wanted) return;
  throw ShapeError(concat(name_, ": the first ", what, " has shape ", state.shape(),
                          "; it must be ", wanted,
                          ", (layers x directions, sequences, hidden)"));
}

Tensor Recurrent::run_layers(const Tensor& x, const RecurrentState& state,
                             const Tensor& lengths, Ends& ends) {
  Tensor y = x;
  for (std::int64_t i = 0; i < options_.num_layers_; ++i) {
    if (i > 0 && is_training()) y = dropout(y, options_.dropout_);
    Tensor found[2];
    for (std::int64_t d = 0; d < directions(); ++d) {
      const std::int64_t at = i * directions() + d;
      RecurrentResult r =
          layer(y, {part(state.h, at), part(state.c, at)},
                weights_[static_cast<std::size_t>(at)], {d == 1, lengths});
      found[d] = std::move(r.y);
      ends.h.push_back(std::move(r.h));
      ends.c.push_back(std::move(r.c));
    }
    y = directions() == 1 ? found[0] : cat({found[0], found[1]}, 2);
  }
  return y;
}

Tensor Recurrent::forward(const Tensor& x) {
  Ends ends;
  const Tensor y = run_layers(x, {}, Tensor(), ends);
  if (options_.returns_ == Returns::sequence) return y;
  if (directions() == 1) return ends.h.back();
  return cat({ends.h[ends.h.size() - 2], ends.h.back()}, 1);
}

RecurrentOutput Recurrent::run(const Tensor& x, const RecurrentState& state,
                               const Tensor& lengths) {
  if (x.dim() == 3) {
    check_state(state.h, "h", x);
    check_state(state.c, "c", x);
  }
  if (state.c.defined() && std::string(name_) != "LSTM") {
    throw ValueError(concat(name_,
                            ": a state with c was given, which only an LSTM "
                            "has; leave it undefined"));
  }
  Ends ends;
  RecurrentOutput out;
  out.y = run_layers(x, state, lengths, ends);
  out.state.h = stacked(ends.h);
  if (ends.c.back().defined()) out.state.c = stacked(ends.c);
  return out;
}

void Recurrent::parts(Parts& parts) {
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const bool reverse = options_.bidirectional_ && i % 2 == 1;
    const std::string end = concat("_l", i / static_cast<std::size_t>(directions()),
                                   reverse ? "_reverse" : "");
    parts.parameter("weight_ih" + end, weights_[i].ih);
    parts.parameter("weight_hh" + end, weights_[i].hh);
    parts.parameter("bias_ih" + end, weights_[i].bias_ih);
    parts.parameter("bias_hh" + end, weights_[i].bias_hh);
  }
}

std::string Recurrent::describe() const {
  const RecurrentOptions& o = options_;
  std::string text = concat(name_, "(", o.input_size_, ", ", o.hidden_size_);
  if (o.num_layers_ > 1) text += concat(", ", o.num_layers_, " layers");
  if (!o.bias_) text += ", no bias";
  if (o.dropout_ > 0) text += concat(", dropout ", o.dropout_);
  if (o.bidirectional_) text += ", bidirectional";
  if (o.nonlinearity_ == Nonlinearity::relu) text += ", relu";
  if (o.returns_ == Returns::last) text += ", last";
  return text + ")";
}

RecurrentResult RNN::layer(const Tensor& x, const RecurrentState& state,
                           const RecurrentWeights& weights,
                           const RecurrentOrder& order) const {
  return rnn(x, state.h, weights, options().nonlinearity_, order);
}

RecurrentResult LSTM::layer(const Tensor& x, const RecurrentState& state,
                            const RecurrentWeights& weights,
                            const RecurrentOrder& order) const {
  return lstm(x, state.h, state.c, weights, order);
}

RecurrentResult GRU::layer(const Tensor& x, const RecurrentState& state,
                           const RecurrentWeights& weights,
                           const RecurrentOrder& order) const {
  return gru(x, state.h, weights, order);
}

}  // namespace cairn::nn
