#include <cairn/nn/conv1d.h>

#include <cmath>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>

namespace cairn::nn {

using detail::concat;

Conv1d::Conv1d(const Conv1dOptions& o) : options_(o) {
  if (o.in_channels_ < 1 || o.out_channels_ < 1 || o.kernel_size_ < 1 ||
      o.groups_ < 1 || o.in_channels_ % o.groups_ != 0 ||
      o.out_channels_ % o.groups_ != 0) {
    throw ValueError(concat("Conv1d: ", o.in_channels_, " to ", o.out_channels_,
                            " channels with ", o.kernel_size_, " taps in ", o.groups_,
                            " groups is no convolution; sizes are 1 or more, and "
                            "groups divide both numbers of channels"));
  }
  const std::int64_t in = o.in_channels_ / o.groups_;
  const double bound = 1 / std::sqrt(static_cast<double>(in * o.kernel_size_));
  weight = detail::drawn_parameter({o.out_channels_, in, o.kernel_size_}, bound);
  if (o.bias_) bias = detail::drawn_parameter({o.out_channels_}, bound);
}

Tensor Conv1d::forward(const Tensor& x) {
  const Conv1dOptions& o = options_;
  return conv1d(x, weight, bias, o.stride_, o.padding_, o.dilation_, o.groups_);
}

void Conv1d::parts(Parts& parts) {
  parts.parameter("weight", weight);
  parts.parameter("bias", bias);
}

std::string Conv1d::describe() const {
  const Conv1dOptions& o = options_;
  std::string text =
      concat("Conv1d(", o.in_channels_, ", ", o.out_channels_, ", ", o.kernel_size_);
  const auto option = [&text](const char* name, std::int64_t value,
                              std::int64_t usual) {
    if (value != usual) text += concat(", ", name, " ", value);
  };
  option("stride", o.stride_, 1);
  option("padding", o.padding_, 0);
  option("dilation", o.dilation_, 1);
  option("groups", o.groups_, 1);
  if (!o.bias_) text += ", no bias";
  return text + ")";
}

}  // namespace cairn::nn
