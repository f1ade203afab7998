#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/ops/conv.h>

namespace cairn {

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              std::int64_t stride, std::int64_t padding, std::int64_t dilation,
              std::int64_t groups) {
  detail::checked(x, "conv1d");
  detail::checked(weight, "conv1d");
  if (x.dim() != 3 || weight.dim() != 3 || x.size(1) != weight.size(1) * groups) {
    throw ShapeError(detail::concat("conv1d: shapes ", x.shape(), " and ",
                                    weight.shape(), " in ", groups,
                                    " groups; the input must be (n, channels, length), "
                                    "the weight (out, channels/groups, taps)"));
  }
  Window window;
  window.stride[1] = stride;
  window.padding[1] = padding;
  window.dilation[1] = dilation;
  return conv2d(x.unsqueeze(2), weight.unsqueeze(2), bias, window, groups).squeeze(2);
}

}  // namespace cairn
