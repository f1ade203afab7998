#pragma once

#include <vector>

#include <cairn/core/memory.h>
#include <cairn/nn/module.h>
#include <cairn/ops/recurrent.h>

namespace cairn::nn {

/// What forward(x) of a recurrent layer gives back: h after every step of its last layer,
/// [n, steps, hidden], or after the last one alone, [n, hidden].
enum class Returns { sequence, last };

/// Settings of RNN, LSTM and GRU; setters chain.
struct RecurrentOptions {
  /// How many numbers a step has, and how many a state.
  RecurrentOptions(std::int64_t input_size, std::int64_t hidden_size)
      : input_size_(input_size), hidden_size_(hidden_size) {}
  /// How many layers, each reading what the one before gave (one).
  RecurrentOptions& num_layers(std::int64_t count) {
    return num_layers_ = count, *this;
  }
  /// Whether there are biases (there are).
  RecurrentOptions& bias(bool on) { return bias_ = on, *this; }
  /// While training, the share that is dropped between one layer and the next (none).
  RecurrentOptions& dropout(double p) { return dropout_ = p, *this; }
  /// Whether each layer is two, of which one reads from the end (it is one).
  RecurrentOptions& bidirectional(bool on) { return bidirectional_ = on, *this; }
  /// What forward(x) gives back (the sequence); a Sequential that ends in one answer for
  /// each sequence wants Returns::last.
  RecurrentOptions& returns(Returns what) { return returns_ = what, *this; }
  /// Of RNN only: what it does with its sums (tanh).
  RecurrentOptions& nonlinearity(Nonlinearity what) {
    return nonlinearity_ = what, *this;
  }

  /// What is set.
  ///@{
  std::int64_t input_size_, hidden_size_;
  std::int64_t num_layers_ = 1;
  bool bias_ = true;
  double dropout_ = 0;
  bool bidirectional_ = false;
  Returns returns_ = Returns::sequence;
  Nonlinearity nonlinearity_ = Nonlinearity::tanh;
  ///@}
};

/// A recurrent layer's memory between two steps. In RNN, LSTM and GRU both tensors are
/// [layers · directions, n, hidden], forward before backward; in a single cell [n, hidden].
struct RecurrentState {
  Tensor h;  ///< undefined: zeros
  Tensor c;  ///< of an LSTM only; undefined: zeros

  /// The same numbers without a history: where the next piece of a long sequence begins
  /// and gradients are to end.
  RecurrentState detach() const {
    return {h.defined() ? h.detach() : h, c.defined() ? c.detach() : c};
  }
};

/// What a recurrent layer makes of sequences.
struct RecurrentOutput {
  Tensor y;              ///< [n, steps, directions · hidden], of the last layer
  RecurrentState state;  ///< of every layer, after the last step of each sequence
};

/// What RNN, LSTM and GRU share. Sequences come batch first, [n, steps, in].
///
///     nn::LSTM lstm(nn::RecurrentOptions(64, 256).num_layers(2).dropout(0.2));
///     nn::RecurrentOutput out = lstm.run(x);     // from zeros
///     out = lstm.run(next, out.state.detach());  // where the last piece ended
///
/// forward(x) is for Sequential: it starts from zeros and gives back the sequence or,
/// with Returns::last, the last layer's final h, of both directions side by side.
///
/// Parameters have PyTorch's names and layout, and its first values, uniform in
/// ±1/√hidden: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, then those of the
/// layers above, and of the direction from the end with _reverse behind them. Weights
/// that PyTorch saved load unchanged (those with projections, proj_size, do not).
class CAIRN_API Recurrent : public Module {
 public:
  /// y or the last h, from a state of zeros.
  Tensor forward(const Tensor& x) override;
  /// All there is: y and the final state, from `state`. `lengths`, i64 [n], says how many
  /// steps of each sequence count: what lies behind is not read, y is zero there, the final
  /// state is that after each sequence's own last step, and the direction from the end
  /// begins there, as with PyTorch's packed sequences. Throws ShapeError, DTypeError or
  /// ValueError for arguments that do not fit.
  RecurrentOutput run(const Tensor& x, const RecurrentState& state = {},
                      const Tensor& lengths = Tensor());

  void parts(Parts& parts) override;
  std::string describe() const override;

  /// What is set.
  const RecurrentOptions& options() const { return options_; }
  /// The weights of a layer, from 0 on, in one direction. Throws IndexError.
  RecurrentWeights& weights(std::int64_t layer, bool reverse = false);

 protected:
  /// Throws ValueError for options outside their range.
  Recurrent(const RecurrentOptions& options, const char* name, std::int64_t gates);

 private:
  using Tensors = std::vector<Tensor, detail::PoolAllocator<Tensor>>;
  struct Ends {
    Tensors h, c;
  };
  virtual RecurrentResult layer(const Tensor& x, const RecurrentState& state,
                                const RecurrentWeights& weights,
                                const RecurrentOrder& order) const = 0;
  Tensor run_layers(const Tensor& x, const RecurrentState& state, const Tensor& lengths,
                    Ends& ends);
  void check_state(const Tensor& state, const char* what, const Tensor& x) const;
  std::int64_t directions() const { return options_.bidirectional_ ? 2 : 1; }

  RecurrentOptions options_;
  const char* name_;
  std::vector<RecurrentWeights> weights_;
};

/// Plain recurrent layers: see cairn::rnn for the formula.
class CAIRN_API RNN : public Recurrent {
 public:
  /// With the default settings.
  RNN(std::int64_t input_size, std::int64_t hidden_size)
      : RNN(RecurrentOptions(input_size, hidden_size)) {}
  /// Throws ValueError for options outside their range.
  explicit RNN(const RecurrentOptions& options) : Recurrent(options, "RNN", 1) {}

 private:
  RecurrentResult layer(const Tensor& x, const RecurrentState& state,
                        const RecurrentWeights& weights,
                        const RecurrentOrder& order) const override;
};

/// Layers with long short-term memory: see cairn::lstm for the formula.
class CAIRN_API LSTM : public Recurrent {
 public:
  /// With the default settings.
  LSTM(std::int64_t input_size, std::int64_t hidden_size)
      : LSTM(RecurrentOptions(input_size, hidden_size)) {}
  /// Throws ValueError for options outside their range.
  explicit LSTM(const RecurrentOptions& options) : Recurrent(options, "LSTM", 4) {}

 private:
  RecurrentResult layer(const Tensor& x, const RecurrentState& state,
                        const RecurrentWeights& weights,
                        const RecurrentOrder& order) const override;
};

/// Layers of gated recurrent units: see cairn::gru for the formula.
class CAIRN_API GRU : public Recurrent {
 public:
  /// With the default settings.
  GRU(std::int64_t input_size, std::int64_t hidden_size)
      : GRU(RecurrentOptions(input_size, hidden_size)) {}
  /// Throws ValueError for options outside their range.
  explicit GRU(const RecurrentOptions& options) : Recurrent(options, "GRU", 3) {}

 private:
  RecurrentResult layer(const Tensor& x, const RecurrentState& state,
                        const RecurrentWeights& weights,
                        const RecurrentOrder& order) const override;
};

}  // namespace cairn::nn
