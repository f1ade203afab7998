// The passes of a recurrent layer over time, forward and backward, on tensors that lie
// time by time. ops/recurrent.cpp checks the arguments and minds the tape.
#pragma once

#include <cairn/ops/recurrent.h>

namespace cairn::detail {

enum class CellKind { rnn_tanh, rnn_relu, lstm, gru };

/// One application of a layer. Beside its weights' gates, kept gates have one more of a
/// GRU: h Wₕₙᵀ + bₕₙ, which the reset gate multiplies, comes first.
struct RecurrentSizes {
  CellKind kind;
  std::int64_t steps, batch, in, hidden;

  std::int64_t gates() const {
    return kind == CellKind::lstm ? 4 : kind == CellKind::gru ? 3 : 1;
  }
  std::int64_t kept_gates() const { return kind == CellKind::gru ? 4 : gates(); }
  /// The first kept gate that the input has a share in.
  std::int64_t first_of_input() const { return kept_gates() - gates(); }
  /// Where the weights' gate g stands among the sums that the state has a share in: of a
  /// GRU n comes first.
  std::int64_t place_of_hidden(std::int64_t g) const {
    return kind == CellKind::gru ? (g + 1) % 3 : g;
  }
  /// Numbers from a sample's gates to the next one's. Rows a multiple of a kilobyte apart
  /// would fall into a few sets of each cache.
  std::int64_t gates_row() const {
    const std::int64_t numbers = kept_gates() * hidden;
    return numbers % 128 == 0 ? numbers + 16 : numbers;
  }
};

/// What the forward pass leaves behind. h[t] is the state before step t; so is c[t].
struct RecurrentTrace {
  Tensor x;      ///< [steps, n, in]
  Tensor gates;  ///< [steps, n, gates_row]
  Tensor h;      ///< [steps + 1, n, hidden]
  Tensor c;      ///< likewise, of an LSTM; else undefined
};

/// All steps. x lies time by time; h0 and c0 may be undefined; weights are contiguous.
RecurrentTrace recurrent_forward(const RecurrentSizes& sizes, const Tensor& x,
                                 const Tensor& h0, const Tensor& c0,
                                 const RecurrentWeights& weights);

/// What arrives at the outputs. Each may be undefined.
struct RecurrentArriving {
  Tensor dy;  ///< [steps, n, hidden], numbers of a unit side by side
  Tensor dh;  ///< [n, hidden], at the end of the last step
  Tensor dc;  ///< [n, hidden], at the end of each sequence
  const std::int64_t* lengths = nullptr;  ///< where that is; null: the last step
};

/// All steps backward: gradients of the gates' sums, laid out as trace.gates, and, where
/// asked for, of h0; of c0 always. In place: what trace.gates held is not needed again, and
/// they take its memory, which is near.
struct RecurrentBack {
  Tensor gates;
  Tensor sums;  ///< of gates over all steps and samples: [gates_row]
  Tensor h0, c0;
};
RecurrentBack recurrent_backward(const RecurrentSizes& sizes,
                                 const RecurrentTrace& trace, const Tensor& weight_hh,
                                 const RecurrentArriving& arriving, bool wants_h0,
                                 bool in_place);

/// From the gradients of the sums: of the input [steps, n, in] and of the weights.
///@{
Tensor recurrent_input_gradient(const RecurrentSizes& sizes, const Tensor& d_gates,
                                const Tensor& weight_ih);
Tensor recurrent_ih_gradient(const RecurrentSizes& sizes, const Tensor& d_gates,
                             const Tensor& x);
Tensor recurrent_hh_gradient(const RecurrentSizes& sizes, const Tensor& d_gates,
                             const Tensor& h);
/// Of bias_ih, or of bias_hh if `hidden`, from RecurrentBack::sums.
Tensor recurrent_bias_gradient(const RecurrentSizes& sizes, const Tensor& sums,
                               bool hidden);
///@}

}  // namespace cairn::detail
