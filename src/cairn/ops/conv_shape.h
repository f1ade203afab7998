#pragma once

#include <cairn/ops/conv.h>

namespace cairn::detail {

/// All sizes of one convolution or pooling, checked.
struct ConvShape {
  std::int64_t n, channels, height, width;  // x
  std::int64_t out, kh, kw;                 // filters
  std::int64_t oh, ow;                      // y
  std::int64_t groups;
  Window window;

  std::int64_t in_pixels() const { return height * width; }
  std::int64_t out_pixels() const { return oh * ow; }
};

/// How many positions a window of `size` has along `extent`. Throws ShapeError naming
/// `operation` when there is none.
std::int64_t window_positions(std::int64_t extent, std::int64_t size,
                              const Window& window, int axis, const char* operation);

/// Throws ValueError for a stride or dilation below 1 or a negative padding.
void check_window(const Window& window, const char* operation);

}  // namespace cairn::detail
