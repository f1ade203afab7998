// Convolution. Images are channels-last inside: see docs/kernels.md for why. One that
// comes in another order is copied once, and what goes out keeps the order, so that a
// network reorders its first images at the most.
#include <cairn/ops/conv.h>

#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/ops/channels_last.h>
#include <cairn/ops/conv_shape.h>
#include <cairn/ops/relu_gradient.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;

namespace {

void check_conv(const Tensor& x, const Tensor& weight, const Tensor& bias,
                std::int64_t groups) {
  detail::checked(x, "conv2d");
  detail::checked(weight, "conv2d");
  detail::require_floating(x.dtype(), "conv2d");
  detail::require_same_dtype(x, weight, "conv2d");
  if (x.dim() != 4 || weight.dim() != 4) {
    throw ShapeError(
        concat("conv2d: shapes ", x.shape(), " and ", weight.shape(),
               "; the input must be (n, channels, height, width), the weight "
               "(out, channels/groups, kernel height, kernel width)"));
  }
  if (x.size(1) == 0) {
    throw ShapeError(
        concat("conv2d: an input of shape ", x.shape(),
               " has no channels to filter; it must be (n, channels, height, width)"));
  }
  if (groups < 1 || x.size(1) % groups != 0 || weight.size(0) % groups != 0) {
    throw ShapeError(concat("conv2d: ", groups, " groups do not divide ", x.size(1),
                            " input and ", weight.size(0),
                            " output channels; both must be multiples of the groups"));
  }
  if (x.size(1) / groups != weight.size(1)) {
    throw ShapeError(concat(
        "conv2d: an input of shape ", x.shape(), " has ", x.size(1),
        " channels; a weight of shape ", weight.shape(), " in ", groups,
        groups == 1 ? " group" : " groups", " asks for ", weight.size(1) * groups,
        "; give the layer the image's number of channels, or permute "
        "an image whose channels come last"));
  }
  if (!bias.defined()) return;
  detail::require_same_dtype(x, bias, "conv2d");
  if (bias.shape() != Shape{weight.size(0)}) {
    throw ShapeError(concat("conv2d: a bias of shape ", bias.shape(), " for ",
                            weight.size(0),
                            " output channels; it must have one number for each"));
  }
}

kernels::ConvShape conv_shape(const Tensor& x, const Tensor& weight,
                              const Window& window, std::int64_t groups) {
  detail::check_window(window, "conv2d");
  kernels::ConvShape s{};
  s.n = x.size(0), s.channels = x.size(1), s.height = x.size(2), s.width = x.size(3);
  s.out = weight.size(0), s.kh = weight.size(2), s.kw = weight.size(3);
  s.groups = groups;
  std::copy_n(window.stride, 2, s.stride);
  std::copy_n(window.padding, 2, s.padding);
  std::copy_n(window.dilation, 2, s.dilation);
  s.oh = detail::window_positions(s.height, s.kh, window, 0, "conv2d");
  s.ow = detail::window_positions(s.width, s.kw, window, 1, "conv2d");
  return s;
}

struct ConvBackward {
  kernels::ConvShape s;
  Saved x, w, y;
  bool relu;

  void operator()(const Tensor& gradient, Gradients& dx) const {
    Tensor dy = to_channels_last(gradient);
    if (relu) dy = detail::relu_gradient(dy, y.get("conv2d"));
    detail::visit_floating(dy.dtype(), "conv2d", [&](auto zero) {
      using T = decltype(zero);
      const T* const g = detail::data_of<T>(dy);
      if (dx.wants(0)) {
        Tensor out = detail::empty_channels_last({s.n, s.channels, s.height, s.width},
                                                 dy.dtype());
        kernels::conv_input_gradient(s, g, detail::data_of<T>(w.get("conv2d")),
                                     detail::data_of<T>(out));
        dx.add(0, std::move(out));  // a leaf would copy what is not its alone
      }
      if (dx.wants(1)) {
        Tensor out = empty({s.out, s.group_channels(), s.kh, s.kw}, dy.dtype());
        kernels::conv_weight_gradient(s, detail::data_of<T>(x.get("conv2d")), g,
                                      detail::data_of<T>(out));
        dx.add(1, std::move(out));
      }
    });
    if (dx.wants(2)) dx.add(2, dy.sum({0, 2, 3}));
  }
};

Tensor convolve(const Tensor& x, const Tensor& weight, const Tensor& bias,
                const Window& window, std::int64_t groups, bool relu) {
  check_conv(x, weight, bias, groups);
  const kernels::ConvShape s = conv_shape(x, weight, window, groups);
  const Tensor images = to_channels_last(x.detach());
  const Tensor filters = weight.detach().contiguous();
  const Tensor b = bias.defined() ? bias.detach().contiguous() : Tensor();
  const Tensor y = detail::empty_channels_last({s.n, s.out, s.oh, s.ow}, x.dtype());
  detail::visit_floating(x.dtype(), "conv2d", [&](auto zero) {
    using T = decltype(zero);
    kernels::conv_forward(s, detail::data_of<T>(images), detail::data_of<T>(filters),
                          b.defined() ? detail::data_of<T>(b) : nullptr, relu,
                          detail::data_of<T>(y));
  });
  if (should_record(x, weight, bias)) {
    record("conv2d", y, {&x, &weight, &bias},
           ConvBackward{s, Saved(images, weight), Saved(filters, x),
                        relu ? Saved(y.detach()) : Saved(), relu});
  }
  return y;
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const Window& window, std::int64_t groups) {
  return convolve(x, weight, bias, window, groups, false);
}

Tensor conv2d_relu(const Tensor& x, const Tensor& weight, const Tensor& bias,
                   const Window& window, std::int64_t groups) {
  return convolve(x, weight, bias, window, groups, true);
}

}  // namespace cairn
