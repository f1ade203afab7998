#pragma once

#include <cairn/nn/linear.h>
#include <cairn/ops/attention.h>

namespace cairn::nn {

/// Which keys the queries of a call see, beside what a layer's options say.
struct AttentionMask {
  /// Query i sees the keys 0 … i: see AttentionOptions::causal.
  bool causal = false;
  /// u8 [n, keys], or undefined: keys whose number is not 0 are padding and seen by
  /// nobody, as PyTorch has it.
  Tensor key_padding;
};

/// Settings of MultiheadAttention; setters chain.
struct MultiheadAttentionOptions {
  /// The features of a token, and how many heads share them.
  MultiheadAttentionOptions(std::int64_t embed_dim, std::int64_t num_heads)
      : embed_dim_(embed_dim), num_heads_(num_heads) {}
  /// The share of the attention weights that training sets to 0 (default: none).
  MultiheadAttentionOptions& dropout(double p) { return dropout_ = p, *this; }
  /// Whether the projections have biases (they have).
  MultiheadAttentionOptions& bias(bool on) { return bias_ = on, *this; }
  /// Whether every call is causal (it is not).
  MultiheadAttentionOptions& causal(bool on = true) { return causal_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t embed_dim_, num_heads_;
  double dropout_ = 0;
  bool bias_ = true, causal_ = false;
  ///@}
};

/// Attention in several heads (Vaswani and others, 2017): queries, keys and values are
/// projected, each head attends with its share of the features, and what the heads found
/// is projected once more (chapter 10). Tensors are [n, length, embed_dim].
///
/// The parameters have PyTorch's names and layout, so that its weights load unchanged, and
/// are drawn as it draws them: in_proj_weight [3 · embed_dim, embed_dim] (Xavier, uniform)
/// holds the projections of queries, keys and values one below the other, biases begin at
/// 0. Keys and values have as many features as queries have.
class CAIRN_API MultiheadAttention : public Module {
 public:
  /// With the default settings.
  MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads)
      : MultiheadAttention(MultiheadAttentionOptions(embed_dim, num_heads)) {}
  /// Throws ValueError where the features cannot be shared out evenly.
  explicit MultiheadAttention(const MultiheadAttentionOptions& options);

  /// Self-attention: the tokens of x are queries, keys and values.
  Tensor forward(const Tensor& x) override { return forward(x, x, x, {}); }
  /// Self-attention behind a mask.
  Tensor forward(const Tensor& x, const AttentionMask& mask) {
    return forward(x, x, x, mask);
  }
  /// query is [n, queries, embed_dim], key and value [n, keys, embed_dim]; the result is
  /// [n, queries, embed_dim]. Throws ShapeError where they are not. One product projects
  /// all three where they are the same tensor.
  Tensor forward(const Tensor& query, const Tensor& key, const Tensor& value,
                 const AttentionMask& mask);
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor in_proj_weight;  ///< [3 · embed_dim, embed_dim]
  Tensor in_proj_bias;    ///< [3 · embed_dim], or undefined
  Linear out_proj;        ///< embed_dim to embed_dim

 private:
  AttentionOptions attention(const AttentionMask& mask, std::int64_t n,
                             std::int64_t keys) const;
  Tensor heads_of(const Tensor& x, std::int64_t part) const;

  MultiheadAttentionOptions options_;
};

}  // namespace cairn::nn
