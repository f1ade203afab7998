#pragma once

#include <cairn/ops/conv.h>

namespace cairn {

/// The largest value under each position of a kernel[0] × kernel[1] window: x is
/// [n, channels, height, width]; y's height and width follow conv2d's formula. Padding
/// never wins. The gradient goes to the first of equal maxima (chapter 6). Keeps the order
/// in memory of a dense x. Throws ShapeError where the window does not fit or is padded by
/// more than half its size.
CAIRN_API Tensor max_pool2d(const Tensor& x, const Shape& kernel, const Window& window);

/// The mean under each position; padding counts as zeros, as in PyTorch (chapter 6).
CAIRN_API Tensor avg_pool2d(const Tensor& x, const Shape& kernel, const Window& window);

/// Means of equal tiles, so many that y has the height and width `output`: {1, 1} gives the
/// mean of every channel. Throws ShapeError unless they divide those of x.
CAIRN_API Tensor adaptive_avg_pool2d(const Tensor& x, const Shape& output);

}  // namespace cairn
