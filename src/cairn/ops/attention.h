#pragma once

#include <optional>
#include <utility>

#include <cairn/core/random.h>
#include <cairn/core/tensor.h>

namespace cairn {

/// Settings of attention; setters chain.
struct AttentionOptions {
  /// Query i sees the keys 0 … i and none after: what a model needs that foretells the
  /// next token. Counted from the first of both where there are more of one, as PyTorch
  /// counts.
  AttentionOptions& causal(bool on = true) { return causal_ = on, *this; }
  /// Which keys a query sees: a u8 tensor, 0 for those it does not see, or a real one of
  /// the dtype of q, which is added to the scaled scores and gets no gradient. Of a shape
  /// that broadcasts to [n, heads, queries, keys]; together with causal() both hold.
  AttentionOptions& mask(Tensor mask) { return mask_ = std::move(mask), *this; }
  /// The share of the weights that are set to 0; the others are divided by 1 − p.
  AttentionOptions& dropout(double p) { return dropout_ = p, *this; }
  /// What q·k is multiplied by, in place of 1/√(columns of q).
  AttentionOptions& scale(double factor) { return scale_ = factor, *this; }
  /// Where dropout draws from, in place of default_generator().
  AttentionOptions& generator(Generator& g) { return generator_ = &g, *this; }

  /// What is set.
  ///@{
  bool causal_ = false;
  Tensor mask_;
  double dropout_ = 0;
  std::optional<double> scale_;
  Generator* generator_ = nullptr;
  ///@}
};

/// softmax(q kᵀ / √d) v, for every sample and head: each query gets a mean of the values,
/// weighted by how well their keys fit it (Vaswani and others, 2017; chapter 10).
///
/// q is [n, heads, queries, d], k [n, heads, keys, d], v [n, heads, keys, e]; the result
/// is [n, heads, queries, e]. Samples and heads may be missing. A query that sees no key
/// gets zeros, and gives no gradient.
///
/// The scores of a few queries at a time are in memory, never all of them, so long
/// sequences take memory in proportion to their length; backward computes them again:
/// with P = softmax(S), dV = Pᵀ dO, dP = dO Vᵀ, dS = P (dP − Σ dP·P), dQ = dS K / √d,
/// dK = dSᵀ Q / √d. Tensors that were made by transposing [n, length, heads, d] are read
/// as they lie, and the results lie so as well.
///
/// Throws ShapeError where shapes do not fit, ValueError for a dropout outside [0, 1) or
/// a mask that wants a gradient, DTypeError where dtypes differ.
CAIRN_API Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k,
                                              const Tensor& v,
                                              const AttentionOptions& options = {});

/// The same for q, k and v side by side in one tensor [n, length, 3 · heads · d], as one
/// product with joined weights makes them; the result is [n, length, heads · d]. Nothing
/// is split or joined on the way, nor the gradients.
CAIRN_API Tensor self_attention(const Tensor& qkv, std::int64_t heads,
                                const AttentionOptions& options = {});

}  // namespace cairn
