#include <cairn/ops/recurrent.h>

#include <cstring>
#include <initializer_list>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/ops/recurrent_steps.h>

namespace cairn {

using autograd::Gradients;
using autograd::Saved;
using detail::CellKind;
using detail::concat;
using detail::RecurrentSizes;

namespace {

// ── Arguments ─────────────────────────────────────────────────────────────────────────

void require_shape(const char* name, const char* what, const Tensor& t,
                   const Tensor& like, const Shape& wanted, const char* meaning) {
  if (!t.defined()) return;
  detail::require_same_dtype(like, t, name);
  if (t.shape() == wanted) return;
  throw ShapeError(concat(name, ": ", what, " has shape ", t.shape(), "; it must be ",
                          wanted, ", ", meaning));
}

void check_lengths(const char* name, const Tensor& lengths, const Shape& x) {
  if (!lengths.defined()) return;
  if (lengths.dtype() != DType::i64 || lengths.shape() != Shape{x[0]}) {
    throw ShapeError(concat(name, ": lengths of shape ", lengths.shape(), " in ",
                            lengths.dtype(), "; there must be one i64 for each of the ",
                            x[0], " sequences"));
  }
  const Tensor values = lengths.detach().contiguous();
  for (std::int64_t i = 0; i < x[0]; ++i) {
    const std::int64_t steps = detail::data_of<std::int64_t>(values)[i];
    if (steps >= 1 && steps <= x[1]) continue;
    throw ValueError(concat(name, ": sequence ", i, " is ", steps,
                            " steps long; lengths lie in 1 to ", x[1],
                            ", the steps that x has; leave empty sequences out"));
  }
}

RecurrentSizes checked_sizes(const char* name, CellKind kind, const Tensor& x,
                             const Tensor& h0, const Tensor& c0,
                             const RecurrentWeights& w, const RecurrentOrder& order) {
  detail::checked(x, name);
  detail::require_floating(x.dtype(), name);
  detail::require_same_dtype(x, w.ih, name);
  detail::require_same_dtype(x, w.hh, name);
  if (x.dim() != 3 || x.size(0) < 1 || x.size(1) < 1) {
    throw ShapeError(concat(name, ": an input of shape ", x.shape(),
                            "; it must be (sequences, steps, features), one sequence "
                            "and one step at least; unsqueeze() adds a dimension"));
  }
  RecurrentSizes s{kind, x.size(1), x.size(0), x.size(2), w.hh.size(-1)};
  const std::int64_t rows = s.gates() * s.hidden;
  if (w.ih.dim() != 2 || w.ih.size(1) != s.in) {
    throw ShapeError(concat(name, ": an input of shape ", x.shape(), " has ", s.in,
                            " features a step, but weight_ih has shape ", w.ih.shape(),
                            "; its second size must be the same"));
  }
  require_shape(name, "weight_ih", w.ih, x, {rows, s.in}, "(gates x hidden, in)");
  require_shape(name, "weight_hh", w.hh, x, {rows, s.hidden},
                "(gates x hidden, hidden)");
  require_shape(name, "bias_ih", w.bias_ih, x, {rows}, "one number for each row");
  require_shape(name, "bias_hh", w.bias_hh, x, {rows}, "one number for each row");
  const Shape state{s.batch, s.hidden};
  require_shape(name, "the first h", h0, x, state, "(sequences, hidden)");
  require_shape(name, "the first c", c0, x, state, "(sequences, hidden)");
  check_lengths(name, order.lengths, x.shape());
  return s;
}

// ── The order of steps ────────────────────────────────────────────────────────────────

// What a layer reads at step t of sequence i, and where its result belongs.
class StepOrder {
 public:
  StepOrder(const RecurrentOrder& order, std::int64_t steps)
      : reverse_(order.reverse), steps_(steps) {
    if (order.lengths.defined()) lengths_ = order.lengths.detach().contiguous();
  }

  bool is_plain() const { return !reverse_ && !lengths_.defined(); }
  const std::int64_t* lengths() const {
    return lengths_.defined() ? detail::data_of<std::int64_t>(lengths_) : nullptr;
  }
  std::int64_t length(std::int64_t i) const {
    return lengths_.defined() ? lengths()[i] : steps_;
  }

  // x, [n, steps, features], in the layer's order, with zeros behind the ends, time by
  // time in memory. Doing it twice gives x back.
  Tensor arranged(const Tensor& x) const {
    const Tensor times = x.detach().permute({1, 0, 2});
    if (is_plain() && times.is_contiguous()) return times;
    const Tensor from = times.strides()[2] == 1 ? times : times.contiguous();
    const Tensor to = empty(from.shape(), from.dtype());
    const std::size_t size = dtype_size(x.dtype());
    const std::size_t bytes = static_cast<std::size_t>(from.size(2)) * size;
    for (std::int64_t i = 0; i < from.size(1); ++i) {
      for (std::int64_t t = 0; t < steps_; ++t) {
        std::byte* const out = at(to, t, i, size);
        const std::int64_t source = reverse_ ? length(i) - 1 - t : t;
        if (t >= length(i)) std::memset(out, 0, bytes);
        else std::memcpy(out, at(from, source, i, size), bytes);
      }
    }
    return to;
  }

  // Of states [steps + 1, n, hidden], those after each sequence's last step.
  Tensor last(const Tensor& states) const {
    if (!states.defined()) return {};
    const Tensor to = empty({states.size(1), states.size(2)}, states.dtype());
    const std::size_t size = dtype_size(states.dtype());
    for (std::int64_t i = 0; i < to.size(0); ++i) {
      std::memcpy(to.impl()->data() + static_cast<std::size_t>(i * to.size(1)) * size,
                  at(states, length(i), i, size),
                  static_cast<std::size_t>(to.size(1)) * size);
    }
    return to;
  }

 private:
  static std::byte* at(const Tensor& t, std::int64_t step, std::int64_t i,
                       std::size_t size) {
    return t.impl()->data() + (step * t.strides()[0] + i * t.strides()[1]) *
                                  static_cast<std::int64_t>(size);
  }

  bool reverse_;
  std::int64_t steps_;
  Tensor lengths_;
};

Tensor batch_first(const Tensor& times) { return times.permute({1, 0, 2}); }

// ── The tape ──────────────────────────────────────────────────────────────────────────

// The inputs of a layer by their numbers on the tape.
enum Input { kX, kH0, kC0, kIh, kHh, kBiasIh, kBiasHh };

Tensor plain(const Tensor& t) { return t.defined() ? t.detach().contiguous() : t; }

struct Kept {
  RecurrentSizes sizes;
  StepOrder order;
  Saved x, gates, h, c, ih, hh;
};

// What arrives, in the layer's order. dy and dh meet where sequences end by themselves.
detail::RecurrentArriving arriving(const Kept& kept, const Tensor* dy) {
  detail::RecurrentArriving a;
  a.lengths = kept.order.lengths();
  if (dy[2].defined()) a.dc = dy[2].contiguous();
  if (dy[0].defined()) {
    a.dy = kept.order.arranged(dy[0]);
  }
  if (!dy[1].defined()) return a;
  if (a.lengths == nullptr) {
    a.dh = dy[1].contiguous();
    return a;
  }
  const RecurrentSizes& s = kept.sizes;
  if (!a.dy.defined()) a.dy = zeros({s.steps, s.batch, s.hidden}, dy[1].dtype());
  for (std::int64_t i = 0; i < s.batch; ++i) {
    a.dy.select(0, a.lengths[i] - 1).select(0, i).add_(dy[1].select(0, i));
  }
  return a;
}

void backward(const Kept& kept, const Tensor* dy, Gradients& dx) {
  const RecurrentSizes& s = kept.sizes;
  const char* const name = dx.operation();
  detail::RecurrentTrace trace;
  trace.gates = kept.gates.get(name);
  trace.h = kept.h.get(name);
  if (s.kind == CellKind::lstm) trace.c = kept.c.get(name);
  detail::RecurrentBack back =
      detail::recurrent_backward(s, trace, kept.hh.get(name), arriving(kept, dy),
                                 dx.wants(kH0), !dx.graph_is_kept());
  if (dx.wants(kX)) {
    const Tensor d_input =
        detail::recurrent_input_gradient(s, back.gates, kept.ih.get(name));
    const Tensor in_order = batch_first(d_input);
    dx.add(kX, kept.order.is_plain() ? in_order
                                     : batch_first(kept.order.arranged(in_order)));
  }
  if (dx.wants(kIh)) {
    dx.add(kIh, detail::recurrent_ih_gradient(s, back.gates, kept.x.get(name)));
  }
  if (dx.wants(kHh)) dx.add(kHh, detail::recurrent_hh_gradient(s, back.gates, trace.h));
  if (dx.wants(kBiasIh) || dx.wants(kBiasHh)) {
    for (const Input bias : {kBiasIh, kBiasHh}) {
      if (!dx.wants(bias)) continue;
      dx.add(bias, detail::recurrent_bias_gradient(s, back.sums, bias == kBiasHh));
    }
  }
  if (dx.wants(kH0)) dx.add(kH0, std::move(back.h0));
  if (dx.wants(kC0)) dx.add(kC0, std::move(back.c0));
}

RecurrentResult recurrent_layer(const char* name, CellKind kind, const Tensor& x,
                                const Tensor& h0, const Tensor& c0,
                                const RecurrentWeights& w,
                                const RecurrentOrder& order) {
  const RecurrentSizes s = checked_sizes(name, kind, x, h0, c0, w, order);
  const StepOrder steps(order, s.steps);
  const RecurrentWeights weights{plain(w.ih), plain(w.hh), plain(w.bias_ih),
                                 plain(w.bias_hh)};
  const detail::RecurrentTrace trace =
      detail::recurrent_forward(s, steps.arranged(x), plain(h0), plain(c0), weights);
  RecurrentResult result;
  result.y = batch_first(trace.h.slice(0, 1, s.steps + 1));
  if (!steps.is_plain()) result.y = batch_first(steps.arranged(result.y));
  result.h = steps.last(trace.h);
  result.c = steps.last(trace.c);
  const std::initializer_list<const Tensor*> inputs{&x,    &h0,        &c0,       &w.ih,
                                                    &w.hh, &w.bias_ih, &w.bias_hh};
  bool recorded = false;
  for (const Tensor* input : inputs) recorded |= autograd::should_record(*input);
  if (!recorded) return result;
  const Tensor outputs[] = {result.y, result.h, result.c};
  autograd::record_several(
      name, outputs, kind == CellKind::lstm ? 3 : 2, inputs,
      [kept = Kept{s, steps, Saved(trace.x), Saved(trace.gates), Saved(trace.h),
                   trace.c.defined() ? Saved(trace.c) : Saved(), Saved(weights.ih),
                   Saved(weights.hh)}](const Tensor* dy, Gradients& dx) {
        backward(kept, dy, dx);
      });
  return result;
}

}  // namespace

RecurrentResult rnn(const Tensor& x, const Tensor& h0, const RecurrentWeights& weights,
                    Nonlinearity nonlinearity, const RecurrentOrder& order) {
  const CellKind kind =
      nonlinearity == Nonlinearity::tanh ? CellKind::rnn_tanh : CellKind::rnn_relu;
  return recurrent_layer("rnn", kind, x, h0, Tensor(), weights, order);
}

RecurrentResult lstm(const Tensor& x, const Tensor& h0, const Tensor& c0,
                     const RecurrentWeights& weights, const RecurrentOrder& order) {
  return recurrent_layer("lstm", CellKind::lstm, x, h0, c0, weights, order);
}

RecurrentResult gru(const Tensor& x, const Tensor& h0, const RecurrentWeights& weights,
                    const RecurrentOrder& order) {
  return recurrent_layer("gru", CellKind::gru, x, h0, Tensor(), weights, order);
}

}  // namespace cairn
