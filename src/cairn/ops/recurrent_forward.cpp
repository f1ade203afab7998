// All steps of a recurrent layer, forward.
#include <cairn/ops/recurrent_passes.h>

namespace cairn::detail {
namespace {

using kernels::RecurrentCells;
using kernels::StepPanels;

void run_cells(CellKind kind, const RecurrentCells<float>& cells) {
  const kernels::RecurrentKernels& k = *kernels::kernels().recurrent;
  switch (kind) {
    case CellKind::rnn_tanh:
      return k.rnn_tanh(cells);
    case CellKind::rnn_relu:
      return k.rnn_relu(cells);
    case CellKind::lstm:
      return k.lstm(cells);
    case CellKind::gru:
      return k.gru(cells);
  }
}

void run_cells(CellKind kind, const RecurrentCells<double>& cells) {
  if (kind == CellKind::lstm) return kernels::reference::lstm(cells);
  if (kind == CellKind::gru) return kernels::reference::gru(cells);
  kernels::reference::rnn(cells, kind == CellKind::rnn_relu);
}

template <class T>
class Forward {
 public:
  Forward(const RecurrentSizes& s, const RecurrentTrace& trace,
          const RecurrentWeights& w)
      : s_(s),
        row_(s.gates_row()),
        gates_(data_of<T>(trace.gates)),
        h_(data_of<T>(trace.h)),
        c_(trace.c.defined() ? data_of<T>(trace.c) : nullptr),
        hh_(data_of<T>(w.hh)),
        bias_hh_(data_or_null<T>(w.bias_hh)) {}

  // What the input has to say to all steps, in one product, with all biases but bₕₙ.
  void multiply_inputs(const T* x, const RecurrentWeights& w) {
    const std::int64_t columns = s_.gates() * s_.hidden;
    const ScratchBuffer sum(static_cast<std::size_t>(columns) * sizeof(T));
    const bool biased = w.bias_ih.defined() || bias_hh_ != nullptr;
    copy_or_zero(sum.as<T>(), w.bias_ih, columns);
    const std::int64_t shared = s_.kind == CellKind::gru ? 2 * s_.hidden : columns;
    for (std::int64_t i = 0; bias_hh_ != nullptr && i < shared; ++i) {
      sum.as<T>()[i] += bias_hh_[i];
    }
    multiply<T>(Trans::no, Trans::yes, s_.steps * s_.batch, columns, s_.in, x, s_.in,
                data_of<T>(w.ih), s_.in, T(0), gates_ + s_.first_of_input() * s_.hidden,
                row_, biased ? sum.as<T>() : nullptr);
  }

  void run_steps() {
    if (s_.steps < kStepsWorthPacking) return run_whole_steps();
    const std::int64_t gates = s_.gates(), n = s_.hidden;
    StepPanels<T> panels(gemm_ops(T()), s_.batch, n, n, static_cast<int>(gates));
    for (std::int64_t g = 0; g < gates; ++g) {
      panels.copy_transposed(static_cast<int>(g), hh_ + g * n * n, n);
    }
    const bool parallel = worth_threads(s_);
    for (std::int64_t t = 0; t < s_.steps; ++t) {
      kernels::in_parallel(parallel, panels.panels(), [&](auto begin, auto end) {
        for (std::int64_t j = begin; j < end; ++j) {
          for (std::int64_t g = 0; g < gates; ++g) multiply_panel(panels, t, j, g);
          cells(t, panels.begin(j), panels.size(j));
        }
      });
    }
  }

 private:
  T* gates(std::int64_t t) const { return gates_ + t * s_.batch * row_; }
  T* h(std::int64_t t) const { return h_ + t * s_.batch * s_.hidden; }
  T* c(std::int64_t t) const {
    return c_ == nullptr ? nullptr : c_ + t * s_.batch * s_.hidden;
  }
  // The state's share of n of a GRU stands alone; all else is added to the input's.
  bool stands_alone(std::int64_t g) const { return s_.kind == CellKind::gru && g == 2; }

  void multiply_panel(const StepPanels<T>& panels, std::int64_t t, std::int64_t j,
                      std::int64_t g) const {
    const std::int64_t place = s_.place_of_hidden(g) * s_.hidden + panels.begin(j);
    const T* bias = nullptr;
    if (stands_alone(g) && bias_hh_ != nullptr) {
      bias = bias_hh_ + g * s_.hidden + panels.begin(j);
    }
    panels.multiply(j, static_cast<int>(g), h(t), s_.hidden,
                    stands_alone(g) ? T(0) : T(1), bias, gates(t) + place, row_);
  }

  // Few steps: the product as it comes.
  void run_whole_steps() {
    const std::int64_t n = s_.hidden;
    for (std::int64_t t = 0; t < s_.steps; ++t) {
      if (s_.kind != CellKind::gru) {
        multiply<T>(Trans::no, Trans::yes, s_.batch, s_.gates() * n, n, h(t), n, hh_, n,
                    T(1), gates(t), row_);
      } else {
        multiply<T>(Trans::no, Trans::yes, s_.batch, 2 * n, n, h(t), n, hh_, n, T(1),
                    gates(t) + n, row_);
        multiply<T>(Trans::no, Trans::yes, s_.batch, n, n, h(t), n, hh_ + 2 * n * n, n,
                    T(0), gates(t), row_,
                    bias_hh_ == nullptr ? nullptr : bias_hh_ + 2 * n);
      }
      cells(t, 0, n);
    }
  }

  void cells(std::int64_t t, std::int64_t first, std::int64_t units) const {
    const bool remembers = c_ != nullptr;
    run_cells(s_.kind,
              {s_.batch, units, gates(t) + first, row_, s_.hidden, s_.hidden,
               h(t) + first, h(t + 1) + first, remembers ? c(t) + first : nullptr,
               remembers ? c(t + 1) + first : nullptr});
  }

  const RecurrentSizes& s_;
  std::int64_t row_;
  T* gates_;
  T* h_;
  T* c_;
  const T* hh_;
  const T* bias_hh_;
};

}  // namespace

RecurrentTrace recurrent_forward(const RecurrentSizes& s, const Tensor& x,
                                 const Tensor& h0, const Tensor& c0,
                                 const RecurrentWeights& weights) {
  const DType dtype = x.dtype();
  RecurrentTrace trace;
  trace.x = x;
  trace.gates = empty({s.steps, s.batch, s.gates_row()}, dtype);
  trace.h = empty({s.steps + 1, s.batch, s.hidden}, dtype);
  if (s.kind == CellKind::lstm) trace.c = empty(trace.h.shape(), dtype);
  visit_real(x, [&](auto zero) {
    using T = decltype(zero);
    copy_or_zero(data_of<T>(trace.h), h0, s.batch * s.hidden);
    if (trace.c.defined()) copy_or_zero(data_of<T>(trace.c), c0, s.batch * s.hidden);
    Forward<T> pass(s, trace, weights);
    pass.multiply_inputs(data_of<T>(x), weights);
    pass.run_steps();
  });
  return trace;
}

}  // namespace cairn::detail
