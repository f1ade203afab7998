// The gradients of a recurrent layer's input and weights: large products over all steps.
#include <cairn/ops/recurrent_passes.h>

namespace cairn::detail {
Tensor recurrent_input_gradient(const RecurrentSizes& s, const Tensor& d_gates,
                                const Tensor& weight_ih) {
  const Tensor dx = empty({s.steps, s.batch, s.in}, d_gates.dtype());
  visit_real(d_gates, [&](auto zero) {
    using T = decltype(zero);
    multiply<T>(Trans::no, Trans::no, s.steps * s.batch, s.in, s.gates() * s.hidden,
                data_of<T>(d_gates) + s.first_of_input() * s.hidden, s.gates_row(),
                data_of<T>(weight_ih), s.in, T(0), data_of<T>(dx), s.in);
  });
  return dx;
}

Tensor recurrent_ih_gradient(const RecurrentSizes& s, const Tensor& d_gates,
                             const Tensor& x) {
  const Tensor dw = empty({s.gates() * s.hidden, s.in}, d_gates.dtype());
  visit_real(d_gates, [&](auto zero) {
    using T = decltype(zero);
    multiply<T>(Trans::yes, Trans::no, s.gates() * s.hidden, s.in, s.steps * s.batch,
                data_of<T>(d_gates) + s.first_of_input() * s.hidden, s.gates_row(),
                data_of<T>(x), s.in, T(0), data_of<T>(dw), s.in);
  });
  return dw;
}

Tensor recurrent_hh_gradient(const RecurrentSizes& s, const Tensor& d_gates,
                             const Tensor& h) {
  const std::int64_t n = s.hidden;
  const Tensor dw = empty({s.gates() * n, n}, d_gates.dtype());
  visit_real(d_gates, [&](auto zero) {
    using T = decltype(zero);
    const auto rows = [&](std::int64_t gate, std::int64_t gates) {
      multiply<T>(Trans::yes, Trans::no, gates * n, n, s.steps * s.batch,
                  data_of<T>(d_gates) + s.place_of_hidden(gate) * n, s.gates_row(),
                  data_of<T>(h), n, T(0), data_of<T>(dw) + gate * n * n, n);
    };
    if (s.kind != CellKind::gru) return rows(0, s.gates());
    rows(0, 2);
    rows(2, 1);
  });
  return dw;
}

Tensor recurrent_bias_gradient(const RecurrentSizes& s, const Tensor& sums,
                               bool hidden) {
  const std::int64_t n = s.hidden;
  const Tensor db = empty({s.gates() * n}, sums.dtype());
  visit_real(sums, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t g = 0; g < s.gates(); ++g) {
      const std::int64_t place = hidden ? s.place_of_hidden(g) : s.first_of_input() + g;
      std::copy_n(data_of<T>(sums) + place * n, n, data_of<T>(db) + g * n);
    }
  });
  return db;
}

}  // namespace cairn::detail
