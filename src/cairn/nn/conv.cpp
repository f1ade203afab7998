#include <cairn/nn/conv.h>

#include <cmath>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>

namespace cairn::nn {

using detail::concat;

namespace {

void check(const Conv2dOptions& o) {
  const bool sizes = o.in_channels_ >= 1 && o.out_channels_ >= 1 && o.kernel_[0] >= 1 &&
                     o.kernel_[1] >= 1;
  const bool groups = o.groups_ >= 1 && o.in_channels_ % o.groups_ == 0 &&
                      o.out_channels_ % o.groups_ == 0;
  if (sizes && groups) return;
  throw ValueError(concat("Conv2d: ", o.in_channels_, " to ", o.out_channels_,
                          " channels with a kernel ", o.kernel_, " in ", o.groups_,
                          " groups is no convolution; sizes are 1 or more, and groups "
                          "divide both numbers of channels"));
}

// "3", or "3x5" where the two directions differ.
std::string pair_text(std::int64_t down, std::int64_t right) {
  return down == right ? concat(down) : concat(down, "x", right);
}

}  // namespace

Conv2d::Conv2d(const Conv2dOptions& options) : options_(options) {
  check(options);
  const std::int64_t in = options.in_channels_ / options.groups_;
  const Shape& kernel = options.kernel_;
  const double bound = 1 / std::sqrt(static_cast<double>(in * kernel[0] * kernel[1]));
  weight =
      detail::drawn_parameter({options.out_channels_, in, kernel[0], kernel[1]}, bound);
  if (options.bias_) bias = detail::drawn_parameter({options.out_channels_}, bound);
}

Tensor Conv2d::forward(const Tensor& x) {
  return conv2d(x, weight, bias, options_.window_, options_.groups_);
}

Tensor Conv2d::forward_relu(const Tensor& x) {
  return conv2d_relu(x, weight, bias, options_.window_, options_.groups_);
}

void Conv2d::parts(Parts& parts) {
  parts.parameter("weight", weight);
  parts.parameter("bias", bias);
}

std::string Conv2d::describe() const {
  const Conv2dOptions& o = options_;
  const Window& w = o.window_;
  std::string text = concat("Conv2d(", o.in_channels_, ", ", o.out_channels_, ", ",
                            pair_text(o.kernel_[0], o.kernel_[1]));
  const auto option = [&text](const char* name, const std::int64_t value[2],
                              std::int64_t usual) {
    if (value[0] == usual && value[1] == usual) return;
    text += concat(", ", name, " ", pair_text(value[0], value[1]));
  };
  option("stride", w.stride, 1);
  option("padding", w.padding, 0);
  option("dilation", w.dilation, 1);
  if (o.groups_ != 1) text += concat(", groups ", o.groups_);
  if (!o.bias_) text += ", no bias";
  return text + ")";
}

}  // namespace cairn::nn
