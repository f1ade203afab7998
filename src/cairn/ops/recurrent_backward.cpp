// All steps of a recurrent layer, backward.
#include <cairn/ops/recurrent_passes.h>

namespace cairn::detail {
namespace {

using kernels::RecurrentGradients;
using kernels::StepPanels;

void run_cells_backward(CellKind kind, const RecurrentGradients<float>& cells) {
  const kernels::RecurrentKernels& k = *kernels::kernels().recurrent;
  switch (kind) {
    case CellKind::rnn_tanh:
      return k.rnn_tanh_backward(cells);
    case CellKind::rnn_relu:
      return k.rnn_relu_backward(cells);
    case CellKind::lstm:
      return k.lstm_backward(cells);
    case CellKind::gru:
      return k.gru_backward(cells);
  }
}

void run_cells_backward(CellKind kind, const RecurrentGradients<double>& cells) {
  if (kind == CellKind::lstm) return kernels::reference::lstm_backward(cells);
  if (kind == CellKind::gru) return kernels::reference::gru_backward(cells);
  kernels::reference::rnn_backward(cells, kind == CellKind::rnn_relu);
}

template <class T>
class Backward {
 public:
  Backward(const RecurrentSizes& s, const RecurrentTrace& trace, const Tensor& hh,
           const RecurrentArriving& arriving, const RecurrentBack& back)
      : s_(s),
        row_(s.gates_row()),
        trace_(trace),
        arriving_(arriving),
        hh_(data_of<T>(hh)),
        d_gates_(data_of<T>(back.gates)),
        sums_(data_of<T>(back.sums)),
        dh_(data_of<T>(back.h0)),
        dc_(back.c0.defined() ? data_of<T>(back.c0) : nullptr) {}

  void run(bool wants_h0) {
    const std::int64_t count = s_.batch * s_.hidden;
    std::fill_n(sums_, row_, T(0));
    copy_or_zero(dh_, arriving_.dh, count);
    if (dc_ != nullptr) {
      copy_or_zero(dc_, arriving_.lengths == nullptr ? arriving_.dc : Tensor(), count);
    }
    if (s_.steps < kStepsWorthPacking) run_whole_steps(wants_h0);
    else run_panels(wants_h0);
  }

 private:
  T* d_gates(std::int64_t t) const { return d_gates_ + t * s_.batch * row_; }
  const T* state(const Tensor& of, std::int64_t t, std::int64_t first) const {
    return of.defined() ? data_of<T>(of) + t * s_.batch * s_.hidden + first : nullptr;
  }

  // Of a GRU dh holds already what went straight on, and dy_t may be there before the
  // products are.
  T beta(std::int64_t t) const {
    const bool arrived = t >= 0 && arriving_.dy.defined();
    return s_.kind == CellKind::gru || arrived ? T(1) : T(0);
  }

  void run_panels(bool wants_h0) {
    const std::int64_t n = s_.hidden;
    StepPanels<T> panels(kernels::gemm_ops<T>(kernels::kernels()), s_.batch,
                         s_.gates() * n, n, 1);
    for (std::int64_t g = 0; g < s_.gates(); ++g) {
      panels.copy_rows(s_.place_of_hidden(g) * n, hh_ + g * n * n, n, n);
    }
    const bool parallel = worth_threads(s_);
    for (std::int64_t t = s_.steps - 1; t >= (wants_h0 ? -1 : 0); --t) {
      if (t >= 0) let_in(t, s_.kind == CellKind::gru || t + 1 == s_.steps);
      kernels::in_parallel(parallel, panels.panels(), [&](auto begin, auto end) {
        for (std::int64_t j = begin; j < end; ++j) {
          const std::int64_t first = panels.begin(j);
          const auto b = block(std::max<std::int64_t>(t, 0), first, panels.size(j));
          for (std::int64_t p = 0; p < panels.parts() && t + 1 < s_.steps; ++p) {
            if (t >= 0) ask_for_part(b, kernels::Split{s_.batch, panels.parts()}, p);
            panels.multiply_part(p, j, 0, d_gates(t + 1), row_, beta(t), nullptr,
                                 dh_ + first, n);
          }
          if (t >= 0) run_cells_backward(s_.kind, b);
        }
      });
    }
  }

  void run_whole_steps(bool wants_h0) {
    for (std::int64_t t = s_.steps - 1; t >= 0; --t) {
      let_in(t, true);
      run_cells_backward(s_.kind, block(t, 0, s_.hidden));
      if (t > 0 || wants_h0) multiply_whole(t);
    }
  }

  void multiply_whole(std::int64_t t) const {
    const std::int64_t n = s_.hidden;
    const auto add = [&](std::int64_t place, std::int64_t gate, std::int64_t gates,
                         T beta) {
      multiply<T>(Trans::no, Trans::no, s_.batch, n, gates * n, d_gates(t) + place * n,
                  row_, hh_ + gate * n * n, n, beta, dh_, n);
    };
    if (s_.kind != CellKind::gru) return add(0, 0, s_.gates(), T(0));
    add(1, 0, 2, T(1));
    add(0, 2, 1, T(1));
  }

  // What arrives at the end of step t: dy, into dh or in its place, and at the end of a
  // sequence its dc, which was 0 from there on.
  void let_in(std::int64_t t, bool add) const {
    for (std::int64_t i = 0; i < s_.batch && arriving_.dy.defined(); ++i) {
      const Strides& step = arriving_.dy.strides();
      const T* const dy = data_of<T>(arriving_.dy) + t * step[0] + i * step[1];
      T* const dh = dh_ + i * s_.hidden;
      for (std::int64_t u = 0; u < s_.hidden; ++u) dh[u] = add ? dh[u] + dy[u] : dy[u];
    }
    if (arriving_.lengths == nullptr || !arriving_.dc.defined()) return;
    for (std::int64_t i = 0; i < s_.batch; ++i) {
      if (arriving_.lengths[i] != t + 1) continue;
      std::copy_n(data_of<T>(arriving_.dc) + i * s_.hidden, s_.hidden,
                  dc_ + i * s_.hidden);
    }
  }

  // While a panel is multiplied, what its cells will read and write comes nearer.
  inline __attribute__((always_inline)) void ask_for_part(
      const RecurrentGradients<T>& b, const kernels::Split& rows,
      std::int64_t part) const {
    const std::int64_t i = rows.begin(part), count = rows.size(part);
    for (std::int64_t g = 0; g < s_.kept_gates(); ++g) {
      const std::int64_t at = i * row_ + g * b.gate_step;
      ask_for(b.gates + at, row_, count, b.units);
      if (b.d_gates != b.gates) ask_for(b.d_gates + at, row_, count, b.units);
    }
    for (const T* state : {b.h_before, b.h, b.c_before, b.c}) {
      if (state == nullptr) continue;
      ask_for(state + i * b.state_row, b.state_row, count, b.units);
    }
  }

  RecurrentGradients<T> block(std::int64_t t, std::int64_t first,
                              std::int64_t units) const {
    RecurrentGradients<T> b{};
    b.rows = s_.batch, b.units = units;
    b.gates = data_of<T>(trace_.gates) + t * s_.batch * row_ + first;
    b.d_gates = d_gates(t) + first;
    b.gates_row = row_, b.gate_step = s_.hidden;
    b.state_row = s_.hidden;
    b.sums = sums_ + first;
    if (s_.kind == CellKind::gru) b.h_before = state(trace_.h, t, first);
    if (s_.gates() == 1) b.h = state(trace_.h, t + 1, first);
    b.c_before = state(trace_.c, t, first), b.c = state(trace_.c, t + 1, first);
    b.dh = dh_ + first;
    b.dc = dc_ == nullptr ? nullptr : dc_ + first;
    return b;
  }

  const RecurrentSizes& s_;
  std::int64_t row_;
  const RecurrentTrace& trace_;
  const RecurrentArriving& arriving_;
  const T* hh_;
  T* d_gates_;
  T* sums_;
  T* dh_;
  T* dc_;
};

}  // namespace

RecurrentBack recurrent_backward(const RecurrentSizes& s, const RecurrentTrace& trace,
                                 const Tensor& weight_hh,
                                 const RecurrentArriving& arriving, bool wants_h0,
                                 bool in_place) {
  RecurrentBack back;
  back.gates = in_place ? trace.gates : empty_like(trace.gates);
  back.sums = empty({s.gates_row()}, trace.gates.dtype());
  back.h0 = empty({s.batch, s.hidden}, trace.gates.dtype());
  if (s.kind == CellKind::lstm) back.c0 = empty_like(back.h0);
  visit_real(trace.gates, [&](auto zero) {
    using T = decltype(zero);
    Backward<T>(s, trace, weight_hh, arriving, back).run(wants_h0);
  });
  return back;
}

}  // namespace cairn::detail
