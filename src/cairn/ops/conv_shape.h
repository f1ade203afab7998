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
  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_out() const { return out / groups; }
  /// Numbers a filter multiplies: rows of the matrix that im2col makes.
  std::int64_t taps() const { return group_channels() * kh * kw; }
};

/// How many positions a window of `size` has along `extent`. Throws ShapeError naming
/// `operation` when there is none.
std::int64_t window_positions(std::int64_t extent, std::int64_t size, const Window& window,
                              int axis, const char* operation);

/// Throws ValueError for a stride or dilation below 1 or a negative padding.
void check_window(const Window& window, const char* operation);

/// Unrolls one image's group of channels [group channels, height, width] into columns
/// [taps, oh·ow]: row (c, p, q) holds what tap (p, q) of channel c meets at each output
/// pixel, zero outside the image.
template <class T>
void im2col(const ConvShape& s, const T* image, T* columns);

/// The reverse: adds each element of `columns` to the pixel it came from.
template <class T>
void col2im(const ConvShape& s, const T* columns, T* image);

}  // namespace cairn::detail
