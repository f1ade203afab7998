#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// The weights of one direction of one recurrent layer, as PyTorch stores them. Where a
/// layer has several gates, their rows lie one gate after the other: i, f, g, o of an
/// LSTM, r, z, n of a GRU.
struct RecurrentWeights {
  Tensor ih;       ///< [gates · hidden, in]: what multiplies the input
  Tensor hh;       ///< [gates · hidden, hidden]: what multiplies the state
  Tensor bias_ih;  ///< [gates · hidden], or undefined
  Tensor bias_hh;  ///< [gates · hidden], or undefined
};

/// The order in which a recurrent layer reads its sequences, and where they end.
struct RecurrentOrder {
  /// From the last step to the first; results stay at the steps they belong to.
  bool reverse = false;
  /// i64 [n]: how many steps of each sequence count, at least 1; undefined: all do. What
  /// lies behind them is not read, and results there are zeros.
  Tensor lengths;
};

/// What a recurrent layer gives back.
struct RecurrentResult {
  Tensor y;  ///< [n, steps, hidden]: h after every step; its memory is time by time
  Tensor h;  ///< [n, hidden]: h after the last step of each sequence
  Tensor c;  ///< [n, hidden]: c there; of an LSTM only
};

/// What a plain recurrent layer does with its sums.
enum class Nonlinearity { tanh, relu };

/// A plain recurrent layer (Elman, 1990) over sequences x, [n, steps, in]:
///
///     hₜ = tanh(xₜ Wᵢₕᵀ + bᵢₕ + hₜ₋₁ Wₕₕᵀ + bₕₕ),   or relu of the same.
///
/// h0 is the state before the first step, [n, hidden], or undefined: zeros. Chapter 7
/// derives all three layers and their gradients.
///
/// Throws ShapeError where shapes do not fit or there is no sequence or no step,
/// DTypeError for mixed dtypes, ValueError for lengths outside 1 … steps.
CAIRN_API RecurrentResult rnn(const Tensor& x, const Tensor& h0,
                              const RecurrentWeights& weights,
                              Nonlinearity nonlinearity = Nonlinearity::tanh,
                              const RecurrentOrder& order = {});

/// A layer with long short-term memory (Hochreiter and Schmidhuber, 1997; with forget
/// gates, Gers and others, 2000): with a = xₜ Wᵢₕᵀ + bᵢₕ + hₜ₋₁ Wₕₕᵀ + bₕₕ, cut into four,
///
///     i, f, o = σ(aᵢ), σ(a_f), σ(aₒ),  g = tanh(a_g),
///     cₜ = f cₜ₋₁ + i g,  hₜ = o tanh(cₜ).
///
/// h0 and c0 are [n, hidden], or undefined: zeros. Throws as rnn() does.
CAIRN_API RecurrentResult lstm(const Tensor& x, const Tensor& h0, const Tensor& c0,
                               const RecurrentWeights& weights,
                               const RecurrentOrder& order = {});

/// A layer of gated recurrent units (Cho and others, 2014), whose reset gate comes after
/// the product, as PyTorch has it:
///
///     r, z = σ(xₜ Wᵢᵣᵀ + bᵢᵣ + hₜ₋₁ Wₕᵣᵀ + bₕᵣ), the same with z,
///     n = tanh(xₜ Wᵢₙᵀ + bᵢₙ + r (hₜ₋₁ Wₕₙᵀ + bₕₙ)),
///     hₜ = (1 − z) n + z hₜ₋₁.
///
/// Throws as rnn() does.
CAIRN_API RecurrentResult gru(const Tensor& x, const Tensor& h0,
                              const RecurrentWeights& weights,
                              const RecurrentOrder& order = {});

}  // namespace cairn
