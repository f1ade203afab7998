#include <cairn/ops/channels_last.h>

#include <cairn/autograd/node.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/ops/copy.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::should_record;

namespace {

Strides channels_last_strides(const Shape& s) {
  return {s[1] * s[2] * s[3], 1, s[3] * s[1], s[1]};
}

}  // namespace

namespace detail {

Tensor empty_channels_last(const Shape& shape, DType dtype) {
  return make_tensor(shape, channels_last_strides(shape), dtype);
}

}  // namespace detail

bool is_channels_last(const Tensor& images) {
  if (images.dim() != 4) return false;
  const Strides wanted = channels_last_strides(images.shape());
  for (int d = 0; d < 4; ++d) {
    if (images.size(d) != 1 && images.strides()[d] != wanted[d]) return false;
  }
  return true;
}

Tensor to_channels_last(const Tensor& images) {
  detail::checked(images, "to_channels_last");
  if (images.dim() != 4) {
    throw ShapeError(detail::concat("to_channels_last: a tensor of shape ",
                                    images.shape(),
                                    "; images are (n, channels, height, width)"));
  }
  if (is_channels_last(images)) return images;
  const Tensor y = detail::empty_channels_last(images.shape(), images.dtype());
  detail::copy_elements(y, images);
  if (should_record(images)) {
    record("contiguous", y, {&images},
           [](const Tensor& dy, Gradients& dx) { dx.add(0, dy); });
  }
  return y;
}

}  // namespace cairn
