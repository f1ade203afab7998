#pragma once

#include <cstdint>

#include <cairn/core/tensor.h>

namespace cairn {

/// How a window moves over an image: {vertical, horizontal} each.
struct Window {
  std::int64_t stride[2] = {1, 1};   ///< from one window to the next
  std::int64_t padding[2] = {0, 0};  ///< rows and columns of zeros added on either side
  std::int64_t dilation[2] = {1, 1};  ///< from one tap to the next
};

/// Cross-correlation of images with filters, which deep learning calls convolution:
/// y[n,o,i,j] = b[o] + Σ w[o,c,p,q] · x[n, c, i·stride + p·dilation − padding, …].
///
/// x is [n, channels, height, width], w [out, channels/groups, kh, kw], b [out] or
/// undefined; y is [n, out, oh, ow] with
/// oh = (height + 2·padding − dilation·(kh−1) − 1)/stride + 1, rounded down. The result
/// lies channels-last (see to_channels_last()). With groups, each group of outputs sees
/// its own share of the channels. Chapter 6 derives gradients, chapter 12 the fast ways.
/// Throws ShapeError where sizes do not fit.
CAIRN_API Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Window& window = {}, std::int64_t groups = 1);

/// relu(conv2d(…)), with negative results made zero before they are stored: one pass
/// over memory less. nn::Sequential takes it where a Conv2d is followed by a ReLU.
CAIRN_API Tensor conv2d_relu(const Tensor& x, const Tensor& weight, const Tensor& bias,
                             const Window& window = {}, std::int64_t groups = 1);

/// The same over one dimension: x is [n, channels, length], weight
/// [out, channels/groups, taps], y [n, out, …] by conv2d's formula. Runs as a conv2d of
/// images one row high.
CAIRN_API Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        std::int64_t stride = 1, std::int64_t padding = 0,
                        std::int64_t dilation = 1, std::int64_t groups = 1);

}  // namespace cairn
