#pragma once

#include <cairn/nn/recurrent.h>

namespace cairn::nn {

/// What RNNCell, LSTMCell and GRUCell share: one step of a recurrent layer, for loops of
/// one's own, where what comes next depends on what came out. Over whole sequences RNN,
/// LSTM and GRU compute the same in a fraction of the time. Parameters are PyTorch's:
/// weight_ih, weight_hh, bias_ih, bias_hh.
class CAIRN_API RecurrentCell : public Module {
 public:
  /// h after one step from a state of zeros; x is [n, in].
  Tensor forward(const Tensor& x) override { return step(x, {}).h; }
  /// The state after one step from `state`, each of whose tensors is [n, hidden] or
  /// undefined: zeros. Throws ShapeError or DTypeError for arguments that do not fit.
  RecurrentState step(const Tensor& x, const RecurrentState& state) const;

  void parts(Parts& parts) override;
  std::string describe() const override;

  RecurrentWeights weights;  ///< as a layer has them

 protected:
  /// Throws ValueError for sizes below 1.
  RecurrentCell(std::int64_t input_size, std::int64_t hidden_size, bool bias,
                const char* name, std::int64_t gates);

 private:
  virtual RecurrentResult one_step(const Tensor& x, const RecurrentState& s) const = 0;
  const char* name_;
};

/// One step of cairn::rnn.
class CAIRN_API RNNCell : public RecurrentCell {
 public:
  /// Throws ValueError for sizes below 1.
  RNNCell(std::int64_t input_size, std::int64_t hidden_size, bool bias = true,
          Nonlinearity nonlinearity = Nonlinearity::tanh)
      : RecurrentCell(input_size, hidden_size, bias, "RNNCell", 1),
        nonlinearity_(nonlinearity) {}

 private:
  RecurrentResult one_step(const Tensor& x, const RecurrentState& s) const override;
  Nonlinearity nonlinearity_;
};

/// One step of cairn::lstm.
class CAIRN_API LSTMCell : public RecurrentCell {
 public:
  /// Throws ValueError for sizes below 1.
  LSTMCell(std::int64_t input_size, std::int64_t hidden_size, bool bias = true)
      : RecurrentCell(input_size, hidden_size, bias, "LSTMCell", 4) {}

 private:
  RecurrentResult one_step(const Tensor& x, const RecurrentState& s) const override;
};

/// One step of cairn::gru.
class CAIRN_API GRUCell : public RecurrentCell {
 public:
  /// Throws ValueError for sizes below 1.
  GRUCell(std::int64_t input_size, std::int64_t hidden_size, bool bias = true)
      : RecurrentCell(input_size, hidden_size, bias, "GRUCell", 3) {}

 private:
  RecurrentResult one_step(const Tensor& x, const RecurrentState& s) const override;
};

}  // namespace cairn::nn
