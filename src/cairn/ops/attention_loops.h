#pragma once

#include <cstdint>

#include <cairn/core/tensor.h>

namespace cairn::detail {

/// The matrices of all samples and heads: element (i, j) of head h of sample n stands
/// at data[n · batch + h · head + i · row + j].
template <class T>
struct HeadMatrices {
  T* data;
  std::int64_t batch, head, row;

  T* at(std::int64_t n, std::int64_t h) const { return data + n * batch + h * head; }
};

/// What one call of attention is, whatever its numbers are.
struct AttentionPlan {
  std::int64_t batch, heads, queries, keys;
  std::int64_t depth, width;  ///< columns of q and k, and of v
  double scale;
  bool causal;
  /// Added to the scaled scores, in their dtype; undefined for nothing. Its last
  /// dimension lies contiguous, and strides of 0 repeat it.
  Tensor bias;
  std::int64_t bias_batch, bias_head, bias_row;
  /// Dropout's share, and where its random numbers begin.
  double drop;
  std::uint64_t seed, stream, first_block;

  /// How many numbers attention_forward() keeps for backward.
  std::int64_t kept() const { return 2 * batch * heads * queries; }
  /// Blocks of four random numbers that a call with dropout takes.
  std::int64_t random_blocks() const {
    return batch * heads * queries * ((keys + 3) / 4);
  }
};

/// o = softmax(scale · q kᵀ + bias) v for every sample and head. `kept` gets the largest
/// score of each query and the inverse of its sum, from which backward finds the weights
/// again: no matrix [queries, keys] is stored.
template <class T>
void attention_forward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
                       const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
                       const HeadMatrices<T>& o, T* kept);

/// The gradients of q, k and v from that of o, all of them written.
template <class T>
struct AttentionGradients {
  HeadMatrices<T> q, k, v;
};
template <class T>
void attention_backward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
                        const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
                        const HeadMatrices<const T>& d_o, const T* kept,
                        const AttentionGradients<T>& to);

}  // namespace cairn::detail
