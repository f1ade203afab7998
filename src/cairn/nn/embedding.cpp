#include <cairn/nn/embedding.h>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>

namespace cairn::nn {

using detail::concat;

Embedding::Embedding(const EmbeddingOptions& options) : options_(options) {
  const std::int64_t rows = options.num_embeddings_, size = options.embedding_dim_;
  if (rows < 1 || size < 1) {
    throw ValueError(concat("Embedding: ", rows, " rows of ", size,
                            " numbers; both must be 1 or more"));
  }
  weight = empty({rows, size});
  init::normal_(weight, 0, 1);
  std::int64_t padding = options.padding_idx_;
  if (padding != no_padding) {
    if (padding < -rows || padding >= rows) {
      throw IndexError(concat("Embedding: padding_idx ", padding, " is none of the ",
                              rows, " rows; use ", -rows, " to ", rows - 1));
    }
    weight.select(0, padding).zero_();
  }
  weight.requires_grad_();
}

Tensor Embedding::forward(const Tensor& x) {
  return embedding(x, weight, options_.padding_idx_);
}

void Embedding::parts(Parts& parts) { parts.parameter("weight", weight); }

std::string Embedding::describe() const {
  std::string text = concat("Embedding(", weight.size(0), ", ", weight.size(1));
  if (options_.padding_idx_ != no_padding) {
    text += concat(", padding ", options_.padding_idx_);
  }
  return text + ")";
}

}  // namespace cairn::nn
