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

  void run(const T* x, const RecurrentWeights& w) {
    const std::int64_t rows = s_.gates() * s_.hidden;
    const ScratchBuffer bias(static_cast<std::size_t>(rows) * sizeof(T));
    add_biases(w.bias_ih, bias.as<T>());
    const T* const ih = data_of<T>(w.ih);
    if (s_.steps < kStepsWorthPacking || s_.batch < kRowsWorthPacking) {
      multiply<T>(Trans::no, Trans::yes, s_.steps * s_.batch, rows, s_.in, x, s_.in, ih,
                  s_.in, T(0), gates_ + s_.first_of_input() * s_.hidden, row_,
                  bias.as<T>());
      x = nullptr;
    }
    if (s_.steps < kStepsWorthPacking) return run_whole_steps();
    run_panels(x, ih, bias.as<T>());
  }

 private:
  T* gates(std::int64_t t) const { return gates_ + t * s_.batch * row_; }
  T* h(std::int64_t t) const { return h_ + t * s_.batch * s_.hidden; }
  T* c(std::int64_t t) const {
    return c_ == nullptr ? nullptr : c_ + t * s_.batch * s_.hidden;
  }
  // The state's share of n of a GRU stands alone; all else is added to the input's.
  bool stands_alone(std::int64_t g) const { return s_.kind == CellKind::gru && g == 2; }

  // While the first sums are computed, what else the cells need comes nearer.
  inline __attribute__((always_inline)) void ask_for_states(std::int64_t t,
                                                            std::int64_t first,
                                                            std::int64_t units) const {
    ask_for(h(t + 1) + first, s_.hidden, s_.batch, units);
    if (c_ == nullptr) return;
    ask_for(c(t) + first, s_.hidden, s_.batch, units);
    ask_for(c(t + 1) + first, s_.hidden, s_.batch, units);
  }

  // All biases but bₕₙ of a GRU, which goes with the state's share of n.
  void add_biases(const Tensor& bias_ih, T* sum) const {
    const std::int64_t rows = s_.gates() * s_.hidden;
    copy_or_zero(sum, bias_ih, rows);
    const std::int64_t shared = s_.kind == CellKind::gru ? 2 * s_.hidden : rows;
    for (std::int64_t i = 0; bias_hh_ != nullptr && i < shared; ++i)
      sum[i] += bias_hh_[i];
  }

  // The weights' gates one by one.
  void pack(StepPanels<T>& panels, const T* weights, std::int64_t depth) const {
    for (std::int64_t g = 0; g < s_.gates(); ++g) {
      panels.copy_transposed(static_cast<int>(g), weights + g * s_.hidden * depth,
                             depth);
    }
  }

  // If x is given, what it has to say is computed step by step too: its sums are then
  // still near when the state's are added.
  void run_panels(const T* x, const T* ih, const T* bias) {
    const std::int64_t n = s_.hidden, depth = x == nullptr ? 0 : s_.in;
    const int gate_count = static_cast<int>(s_.gates());
    StepPanels<T> panels(kernels::gemm_ops<T>(kernels::kernels()), s_.batch, n, n,
                         gate_count);
    StepPanels<T> of_input(kernels::gemm_ops<T>(kernels::kernels()), s_.batch, depth, n,
                           gate_count);
    pack(panels, hh_, n);
    pack(of_input, ih, depth);
    const bool parallel = worth_threads(s_);
    for (std::int64_t t = 0; t < s_.steps; ++t) {
      const T* const x_t = x == nullptr ? x : x + t * s_.batch * s_.in;
      kernels::in_parallel(parallel, panels.panels(), [&](auto begin, auto end) {
        for (std::int64_t j = begin; j < end; ++j) {
          const std::int64_t first = panels.begin(j);
          ask_for_states(t, first, panels.size(j));
          for (std::int64_t g = 0; g < s_.gates(); ++g) {
            const std::int64_t at = (s_.first_of_input() + g) * s_.hidden + first;
            ask_for(gates(t) + at, row_, s_.batch, panels.size(j));
            if (x_t != nullptr) {
              of_input.multiply(j, static_cast<int>(g), x_t, s_.in, T(0),
                                bias + g * s_.hidden + first, gates(t) + at, row_);
            }
            multiply_panel(panels, t, j, g);
          }
          cells(t, first, panels.size(j));
        }
      });
    }
  }

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
    Forward<T>(s, trace, weights).run(data_of<T>(x), weights);
  });
  return trace;
}

}  // namespace cairn::detail
