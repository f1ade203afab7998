#pragma once

#include <cstdint>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// u8 images [C, H, W] or [N, C, H, W] in another size. Each new pixel is a weighted
/// mean of those that it covers, or lies between (a triangle as wide as the step between
/// new pixels, at least as that between old ones), so that fine lines do not flicker in
/// small images. Throws DTypeError, ShapeError, and ValueError for a size below 1 or
/// above 65,536.
CAIRN_API Tensor resize_images(const Tensor& images, std::int64_t height,
                               std::int64_t width);

}  // namespace cairn::data
