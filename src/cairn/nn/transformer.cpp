#include <cairn/nn/transformer.h>

#include <cmath>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/nn/sequential.h>
#include <cairn/ops/dropout.h>
#include <cairn/ops/matmul.h>

namespace cairn::nn {

using detail::concat;

namespace {

MultiheadAttentionOptions attention_of(const TransformerEncoderLayerOptions& o) {
  return MultiheadAttentionOptions(o.d_model_, o.nhead_)
      .dropout(o.dropout_)
      .bias(o.bias_)
      .causal(o.causal_);
}

LayerNormOptions norm_of(const TransformerEncoderLayerOptions& o) {
  return LayerNormOptions(o.d_model_).eps(o.eps_).bias(o.bias_);
}

const char* name_of(Activation a) {
  return a == Activation::relu ? "relu" : a == Activation::gelu ? "gelu" : "gelu_tanh";
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(
    const TransformerEncoderLayerOptions& options)
    : self_attn(attention_of(options)),
      linear1(
          LinearOptions(options.d_model_, options.feedforward_).bias(options.bias_)),
      linear2(
          LinearOptions(options.feedforward_, options.d_model_).bias(options.bias_)),
      norm1(norm_of(options)),
      norm2(norm_of(options)),
      options_(options) {}

Tensor TransformerEncoderLayer::dropped(const Tensor& x) const {
  return is_training() ? dropout(x, options_.dropout_) : x;
}

Tensor TransformerEncoderLayer::feed_forward(const Tensor& x) {
  const Activation a = options_.activation_;
  const Tensor between =
      a == Activation::relu
          ? linear1.forward_relu(x)
          : gelu(linear1(x), a == Activation::gelu ? GeluForm::exact : GeluForm::tanh);
  return linear2(dropped(between));
}

Tensor TransformerEncoderLayer::forward(const Tensor& x, const AttentionMask& mask) {
  if (options_.norm_first_) {
    const Tensor y = x + dropped(self_attn.forward(norm1(x), mask));
    return y + dropped(feed_forward(norm2(y)));
  }
  const Tensor y = norm1(x + dropped(self_attn.forward(x, mask)));
  return norm2(y + dropped(feed_forward(y)));
}

void TransformerEncoderLayer::parts(Parts& parts) {
  parts.module("self_attn", self_attn);
  parts.module("linear1", linear1);
  parts.module("linear2", linear2);
  parts.module("norm1", norm1);
  parts.module("norm2", norm2);
}

std::string TransformerEncoderLayer::describe() const {
  const TransformerEncoderLayerOptions usual(1, 1);
  std::string text = concat("TransformerEncoderLayer(", options_.d_model_, ", ",
                            options_.nhead_, ", feedforward ", options_.feedforward_,
                            ", ", name_of(options_.activation_));
  if (options_.dropout_ != usual.dropout_) {
    text += concat(", dropout ", options_.dropout_);
  }
  if (options_.norm_first_) text += ", norm first";
  if (options_.causal_) text += ", causal";
  if (options_.eps_ != usual.eps_) text += concat(", eps ", options_.eps_);
  if (!options_.bias_) text += ", no bias";
  return text + ")";
}

TransformerEncoder::TransformerEncoder(const TransformerEncoderLayerOptions& layer,
                                       std::int64_t num_layers, bool final_norm)
    : norm(norm_of(layer)), final_norm_(final_norm) {
  if (num_layers < 1) {
    throw ValueError(
        concat("TransformerEncoder: ", num_layers, " layers; there must be 1 or more"));
  }
  for (std::int64_t i = 0; i < num_layers; ++i) layers.emplace_back(layer);
}

Tensor TransformerEncoder::forward(const Tensor& x, const AttentionMask& mask) {
  Tensor y = x;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    try {
      y = layers[i].forward(y, mask);
    } catch (const Error&) {
      rethrow_from_layer(std::to_string(i), layers[i]);
    }
  }
  return final_norm_ ? norm(y) : y;
}

void TransformerEncoder::parts(Parts& parts) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    parts.module(concat("layers.", i), layers[i]);
  }
  if (final_norm_) parts.module("norm", norm);
}

std::string TransformerEncoder::describe() const {
  return concat("TransformerEncoder(", layers.size(), " of ", layers[0].describe(),
                final_norm_ ? ", final norm" : "", ")");
}

Tensor sinusoidal_positions(std::int64_t length, std::int64_t features, DType dtype) {
  if (length < 1 || features < 1) {
    throw ValueError(concat("sinusoidal_positions: ", length, " positions and ",
                            features, " features; both must be 1 or more"));
  }
  std::vector<double> values;
  for (std::int64_t p = 0; p < length; ++p) {
    for (std::int64_t j = 0; j < features; ++j) {
      const double turns =
          static_cast<double>(j - j % 2) / static_cast<double>(features);
      const double angle = static_cast<double>(p) / std::pow(10000.0, turns);
      values.push_back(j % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  return Tensor::from_vector(values, {length, features}).to(dtype);
}

PositionalEncoding::PositionalEncoding(std::int64_t features, std::int64_t max_length)
    : positions_(sinusoidal_positions(max_length, features, f64)),
      converted_(positions_.to(f32)) {}

Tensor PositionalEncoding::forward(const Tensor& x) {
  detail::checked(x, "PositionalEncoding");
  if (x.dim() != 3 || x.size(2) != positions_.size(1) ||
      x.size(1) > positions_.size(0)) {
    throw ShapeError(concat("PositionalEncoding: an input of shape ", x.shape(),
                            "; it must be (n, length, ", positions_.size(1),
                            ") with a length of at most ", positions_.size(0)));
  }
  if (converted_.dtype() != x.dtype()) converted_ = positions_.to(x.dtype());
  return x + converted_.slice(0, 0, x.size(1));
}

std::string PositionalEncoding::describe() const {
  return concat("PositionalEncoding(", positions_.size(1), ", ", positions_.size(0),
                ")");
}

}  // namespace cairn::nn
