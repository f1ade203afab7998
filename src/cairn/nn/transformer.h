#pragma once

#include <vector>

#include <cairn/nn/attention.h>
#include <cairn/nn/dropout.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/norm.h>
#include <cairn/ops/elementwise.h>

namespace cairn::nn {

/// What stands between the two products of a Transformer's layer.
enum class Activation { relu, gelu, gelu_tanh };

/// Settings of TransformerEncoderLayer; setters chain.
struct TransformerEncoderLayerOptions {
  /// The features of a token, and how many heads share them.
  TransformerEncoderLayerOptions(std::int64_t d_model, std::int64_t nhead)
      : d_model_(d_model), nhead_(nhead) {}
  /// The features between the two products.
  TransformerEncoderLayerOptions& dim_feedforward(std::int64_t features) {
    return feedforward_ = features, *this;
  }
  /// What training sets to 0: of the attention weights, of what is between the products,
  /// and of what is added to the tokens.
  TransformerEncoderLayerOptions& dropout(double p) { return dropout_ = p, *this; }
  /// What stands between the two products.
  TransformerEncoderLayerOptions& activation(Activation a) {
    return activation_ = a, *this;
  }
  /// Normalise what goes into attention and products ("pre-norm"), not what comes out of
  /// the additions (default). Deep stacks train more easily so.
  TransformerEncoderLayerOptions& norm_first(bool on = true) {
    return norm_first_ = on, *this;
  }
  /// Whether every call is causal (it is not): with it, the layers are those of a
  /// decoder such as GPT.
  TransformerEncoderLayerOptions& causal(bool on = true) { return causal_ = on, *this; }
  /// What layer normalisation adds to the variance.
  TransformerEncoderLayerOptions& layer_norm_eps(double eps) {
    return eps_ = eps, *this;
  }
  /// Whether products and normalisation have biases (they have).
  TransformerEncoderLayerOptions& bias(bool on) { return bias_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t d_model_, nhead_, feedforward_ = 2048;
  double dropout_ = 0.1, eps_ = 1e-5;
  Activation activation_ = Activation::relu;
  bool norm_first_ = false, causal_ = false, bias_ = true;
  ///@}
};

/// One layer of a Transformer's encoder, for tokens [n, length, d_model]:
///
///     x ← norm1(x + self_attn(x)),        x ← norm2(x + linear2(act(linear1(x))))
///     x ← x + self_attn(norm1(x)),        x ← x + linear2(act(linear1(norm2(x))))
///
/// the second with norm_first(). Names and layout are PyTorch's. See chapter 10.
class CAIRN_API TransformerEncoderLayer : public Module {
 public:
  /// With the default settings.
  TransformerEncoderLayer(std::int64_t d_model, std::int64_t nhead)
      : TransformerEncoderLayer(TransformerEncoderLayerOptions(d_model, nhead)) {}
  /// Throws ValueError for options outside their range.
  explicit TransformerEncoderLayer(const TransformerEncoderLayerOptions& options);

  Tensor forward(const Tensor& x) override { return forward(x, {}); }
  /// The same behind a mask.
  Tensor forward(const Tensor& x, const AttentionMask& mask);
  void parts(Parts& parts) override;
  std::string describe() const override;

  MultiheadAttention self_attn;  ///< over the tokens of a sequence
  Linear linear1, linear2;       ///< d_model to dim_feedforward and back
  LayerNorm norm1, norm2;        ///< of d_model features

 private:
  Tensor feed_forward(const Tensor& x);
  Tensor dropped(const Tensor& x) const;

  TransformerEncoderLayerOptions options_;
};

/// Layers of a Transformer's encoder one after the other, and after a stack with
/// norm_first() one more normalisation, as GPT has it. Parameters are named as PyTorch
/// names them: "layers.0.self_attn.in_proj_weight", "norm.weight".
class CAIRN_API TransformerEncoder : public Module {
 public:
  /// `num_layers` layers of the same options, each with numbers of its own; `final_norm`
  /// says whether a normalisation follows the last. Throws ValueError for less than one.
  TransformerEncoder(const TransformerEncoderLayerOptions& layer,
                     std::int64_t num_layers, bool final_norm = false);

  Tensor forward(const Tensor& x) override { return forward(x, {}); }
  /// The same behind a mask that holds in every layer.
  Tensor forward(const Tensor& x, const AttentionMask& mask);
  void parts(Parts& parts) override;
  std::string describe() const override;

  std::vector<TransformerEncoderLayer> layers;  ///< from the first to the last
  LayerNorm norm;  ///< after the last; not a part without final_norm

 private:
  bool final_norm_;
};

/// Numbers [length, features] that tell positions apart (Vaswani and others, 2017):
/// column 2i of row p is sin(p / 10000^(2i / features)), column 2i + 1 the cosine. Throws
/// ValueError for sizes below 1.
CAIRN_API Tensor sinusoidal_positions(std::int64_t length, std::int64_t features,
                                      DType dtype = f32);

/// Adds sinusoidal_positions() to tokens [n, length, features]; for a network whose order
/// of tokens matters, since attention by itself does not see it. Has no parameters.
class CAIRN_API PositionalEncoding : public Module {
 public:
  /// For sequences of up to `max_length` tokens. Throws ValueError for sizes below 1.
  PositionalEncoding(std::int64_t features, std::int64_t max_length);
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  Tensor positions_;  // in f64
  Tensor converted_;  // in the dtype of the last input
};

}  // namespace cairn::nn
