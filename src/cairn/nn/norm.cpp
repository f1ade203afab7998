#include <cairn/nn/norm.h>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/ops/norm.h>

namespace cairn::nn {

using detail::concat;

BatchNorm::BatchNorm(const BatchNormOptions& options, const char* name, int least,
                     int most, const char* shapes)
    : options_(options), name_(name), least_(least), most_(most), shapes_(shapes) {
  const std::int64_t channels = options.num_features_;
  if (channels < 1 || !(options.eps_ >= 0) ||
      !(options.momentum_ >= 0 && options.momentum_ <= 1)) {
    throw ValueError(concat(name, ": ", channels, " channels, eps ", options.eps_,
                            " and momentum ", options.momentum_,
                            "; channels must be 1 or more, eps 0 or more, momentum in "
                            "[0, 1]"));
  }
  if (options.affine_) {
    weight = ones({channels}).requires_grad_();
    bias = zeros({channels}).requires_grad_();
  }
  running_mean = zeros({channels});
  running_var = ones({channels});
  num_batches_tracked = zeros({}, i64);
}

Tensor BatchNorm::forward(const Tensor& x) { return run(x, batch_norm); }

Tensor BatchNorm::forward_relu(const Tensor& x) { return run(x, batch_norm_relu); }

Tensor BatchNorm::run(const Tensor& x, Operation operation) {
  const int dims = detail::checked(x, name_).shape.dim();
  if (dims < least_ || dims > most_) {
    throw ShapeError(
        concat(name_, ": an input of shape ", x.shape(), "; it must be ", shapes_));
  }
  const Tensor y = operation(x, running_mean, running_var, weight, bias, is_training(),
                             options_.momentum_, options_.eps_);
  if (is_training()) {
    ++*num_batches_tracked.data<std::int64_t>();
    num_batches_tracked.impl()->storage->bump_version();
  }
  return y;
}

void BatchNorm::parts(Parts& parts) {
  parts.parameter("weight", weight);
  parts.parameter("bias", bias);
  parts.buffer("running_mean", running_mean);
  parts.buffer("running_var", running_var);
  parts.buffer("num_batches_tracked", num_batches_tracked);
}

std::string BatchNorm::describe() const {
  const BatchNormOptions usual(1);
  std::string text = concat(name_, "(", options_.num_features_);
  if (options_.eps_ != usual.eps_) text += concat(", eps ", options_.eps_);
  if (options_.momentum_ != usual.momentum_) {
    text += concat(", momentum ", options_.momentum_);
  }
  if (!options_.affine_) text += ", not affine";
  return text + ")";
}

LayerNorm::LayerNorm(const LayerNormOptions& options) : options_(options) {
  const Shape& shape = options.shape_;
  if (shape.empty() || shape.numel() < 1 || !(options.eps_ >= 0)) {
    throw ValueError(concat("LayerNorm: a normalised shape ", shape, " and eps ",
                            options.eps_,
                            "; the shape must hold 1 number or more, eps must be 0 or "
                            "more"));
  }
  if (options.affine_) weight = ones(shape).requires_grad_();
  if (options.affine_ && options.bias_) bias = zeros(shape).requires_grad_();
}

Tensor LayerNorm::forward(const Tensor& x) {
  return layer_norm(x, options_.shape_, weight, bias, options_.eps_);
}

void LayerNorm::parts(Parts& parts) {
  parts.parameter("weight", weight);
  parts.parameter("bias", bias);
}

std::string LayerNorm::describe() const {
  const Shape& shape = options_.shape_;
  std::string text = "LayerNorm(";
  text += shape.dim() == 1 ? concat(shape[0]) : shape.to_string();
  if (options_.eps_ != LayerNormOptions(1).eps_)
    text += concat(", eps ", options_.eps_);
  if (!options_.affine_) {
    text += ", not affine";
  } else if (!options_.bias_) {
    text += ", no bias";
  }
  return text + ")";
}

}  // namespace cairn::nn
