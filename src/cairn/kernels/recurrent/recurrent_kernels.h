// The arithmetic of recurrent layers beside their products, once per instruction set:
// what a step makes of the sums that matrix multiplication left, and its gradient.
//
// A kernel takes a block of a step, some samples × some units. Gate g of unit u of
// sample r is gates[r · gates_row + g · gate_step + u]: first the sum, from then on the
// gate's value, which the backward pass wants. Of a GRU gate 0 is h Whₙᵀ + bₕₙ alone,
// which the reset gate multiplies; 1, 2 and 3 are r, z and n. Of an LSTM they are i, f, g
// and o, of a plain layer there is one.
#pragma once

#include <cstdint>

namespace cairn::kernels {

/// A block of a step forward.
template <class T>
struct RecurrentCells {
  std::int64_t rows, units;
  T* gates;
  std::int64_t gates_row, gate_step;
  std::int64_t state_row;  ///< from sample to sample of what follows
  const T* h_before;
  T* h;
  const T* c_before;  ///< of an LSTM, as c
  T* c;
};

/// A block of a step backward. dh is what reaches h; of a GRU it is left as what goes
/// straight on to the h before (of the others all goes through the products), and dc, of
/// an LSTM, as what goes on to the c before.
template <class T>
struct RecurrentGradients {
  std::int64_t rows, units;
  const T* gates;
  T* d_gates;  ///< with respect to the sums; laid out as gates, which it may be
  T* sums;     ///< as one row of d_gates: the sum over all samples is added to it
  std::int64_t gates_row, gate_step;
  std::int64_t state_row;
  const T* h_before;
  const T* h;
  const T* c_before;
  const T* c;
  T* dh;
  T* dc;
};

struct RecurrentKernels {
  using Forward = void (*)(const RecurrentCells<float>&);
  using Backward = void (*)(const RecurrentGradients<float>&);

  Forward rnn_tanh, rnn_relu, lstm, gru;
  Backward rnn_tanh_backward, rnn_relu_backward, lstm_backward, gru_backward;
};

extern const RecurrentKernels recurrent_scalar;
extern const RecurrentKernels recurrent_avx2;
extern const RecurrentKernels recurrent_avx512;

}  // namespace cairn::kernels
