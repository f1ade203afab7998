#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/embedding.h>

namespace cairn::nn {

/// Settings of Embedding; setters chain.
struct EmbeddingOptions {
  /// How many rows there are, and how many numbers a row has.
  EmbeddingOptions(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : num_embeddings_(num_embeddings), embedding_dim_(embedding_dim) {}
  /// The row that stands for nothing: zeros at first, and never trained. Negative counts
  /// from the end.
  EmbeddingOptions& padding_idx(std::int64_t index) {
    return padding_idx_ = index, *this;
  }

  /// What is set.
  ///@{
  std::int64_t num_embeddings_, embedding_dim_;
  std::int64_t padding_idx_ = no_padding;
  ///@}
};

/// A row of numbers for each of a set of things: words, letters, users. Takes i64 numbers
/// of any shape, gives a row for each: see cairn::embedding. Rows are drawn from the
/// normal distribution, as PyTorch draws them. Used in chapter 7.
class CAIRN_API Embedding : public Module {
 public:
  /// Without a row for padding.
  Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : Embedding(EmbeddingOptions(num_embeddings, embedding_dim)) {}
  /// Throws ValueError for sizes below 1, IndexError for padding outside the rows.
  explicit Embedding(const EmbeddingOptions& options);

  /// x holds i64 numbers of rows, in any shape.
  Tensor forward(const Tensor& x) override;
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;  ///< [rows, numbers]

 private:
  EmbeddingOptions options_;
};

}  // namespace cairn::nn
