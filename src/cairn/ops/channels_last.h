#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// Whether images [n, channels, height, width] lie densely with the channels of a pixel
/// side by side: in the order n, height, width, channels, which PyTorch calls
/// channels_last. Images of one channel or of one pixel can be both that and
/// contiguous. False for anything that is not of four dimensions.
CAIRN_API bool is_channels_last(const Tensor& images);

/// The same images in that order in memory: `images` itself if they lie so, else a
/// copy. Convolution computes in this order, and what it, pooling, normalisation and
/// elementwise operations return keeps it. Differentiable. Throws ShapeError unless of
/// four dimensions.
CAIRN_API Tensor to_channels_last(const Tensor& images);

namespace detail {
/// New images of whatever the memory held, channels last.
Tensor empty_channels_last(const Shape& shape, DType dtype);
}  // namespace detail

}  // namespace cairn
