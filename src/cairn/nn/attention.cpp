#include <cairn/nn/attention.h>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/nn/init.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/matmul.h>

namespace cairn::nn {

using detail::concat;

namespace {

const MultiheadAttentionOptions& checked(const MultiheadAttentionOptions& o) {
  if (o.embed_dim_ < 1 || o.num_heads_ < 1 || o.embed_dim_ % o.num_heads_ != 0) {
    throw ValueError(concat("MultiheadAttention: ", o.embed_dim_, " features and ",
                            o.num_heads_,
                            " heads; both must be 1 or more, and the features a "
                            "multiple of the heads"));
  }
  if (!(o.dropout_ >= 0 && o.dropout_ < 1)) {
    throw ValueError(concat("MultiheadAttention: dropout is ", o.dropout_,
                            "; the share that is dropped lies in [0, 1)"));
  }
  return o;
}

void require_tokens(const char* what, const Tensor& x, std::int64_t features) {
  detail::checked(x, "MultiheadAttention");
  if (x.dim() == 3 && x.size(2) == features) return;
  throw ShapeError(concat("MultiheadAttention: ", what, " has shape ", x.shape(),
                          "; it must be (n, length, ", features,
                          "): unsqueeze(0) a single sequence"));
}

}  // namespace

MultiheadAttention::MultiheadAttention(const MultiheadAttentionOptions& options)
    : out_proj(LinearOptions(checked(options).embed_dim_, options.embed_dim_)
                   .bias(options.bias_)),
      options_(options) {
  const std::int64_t features = options.embed_dim_;
  in_proj_weight = empty({3 * features, features});
  init::xavier_uniform_(in_proj_weight);
  in_proj_weight.requires_grad_();
  if (!options.bias_) return;
  in_proj_bias = zeros({3 * features}).requires_grad_();
  init::constant_(out_proj.bias, 0);
}

AttentionOptions MultiheadAttention::attention(const AttentionMask& mask,
                                               std::int64_t n,
                                               std::int64_t keys) const {
  AttentionOptions options;
  options.causal(options_.causal_ || mask.causal);
  if (is_training()) options.dropout(options_.dropout_);
  const Tensor& padding = mask.key_padding;
  if (!padding.defined()) return options;
  if (padding.dtype() != u8 || padding.shape() != Shape{n, keys}) {
    throw ShapeError(concat("MultiheadAttention: a key padding mask of shape ",
                            padding.shape(), " and dtype ", padding.dtype(),
                            "; it must be u8 of shape ", Shape{n, keys},
                            ", not 0 where a key is padding"));
  }
  const Tensor seen = eq(padding, zeros({}, u8));
  return options.mask(seen.reshape({n, 1, 1, keys}));
}

// Rows `part` of the joined projection, cut into heads: [n, heads, length, columns].
Tensor MultiheadAttention::heads_of(const Tensor& x, std::int64_t part) const {
  const std::int64_t features = options_.embed_dim_, heads = options_.num_heads_;
  const std::int64_t begin = part * features, end = begin + features;
  const Tensor bias =
      in_proj_bias.defined() ? in_proj_bias.slice(0, begin, end) : Tensor();
  return linear(x, in_proj_weight.slice(0, begin, end), bias)
      .reshape({x.size(0), x.size(1), heads, features / heads})
      .transpose(1, 2);
}

Tensor MultiheadAttention::forward(const Tensor& query, const Tensor& key,
                                   const Tensor& value, const AttentionMask& mask) {
  const std::int64_t features = options_.embed_dim_;
  require_tokens("the query", query, features);
  const std::int64_t n = query.size(0);
  if (query.impl() == key.impl() && key.impl() == value.impl()) {
    const Tensor joined = linear(query, in_proj_weight, in_proj_bias);
    return out_proj(
        self_attention(joined, options_.num_heads_, attention(mask, n, query.size(1))));
  }
  require_tokens("the key", key, features);
  require_tokens("the value", value, features);
  const Tensor found =
      scaled_dot_product_attention(heads_of(query, 0), heads_of(key, 1),
                                   heads_of(value, 2), attention(mask, n, key.size(1)));
  return out_proj(found.transpose(1, 2).reshape({n, query.size(1), features}));
}

void MultiheadAttention::parts(Parts& parts) {
  parts.parameter("in_proj_weight", in_proj_weight);
  parts.parameter("in_proj_bias", in_proj_bias);
  parts.module("out_proj", out_proj);
}

std::string MultiheadAttention::describe() const {
  std::string text =
      concat("MultiheadAttention(", options_.embed_dim_, ", ", options_.num_heads_);
  if (options_.dropout_ > 0) text += concat(", dropout ", options_.dropout_);
  if (!options_.bias_) text += ", no bias";
  if (options_.causal_) text += ", causal";
  return text + ")";
}

}  // namespace cairn::nn
