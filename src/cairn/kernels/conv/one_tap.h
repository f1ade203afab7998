// Filters of one tap that leave pixels out: with a stride and without padding. The
// pixels that they see are brought side by side, and the rest is convolution without a
// stride, which for one tap is a product of matrices.
#pragma once

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

inline bool leaves_pixels_out(const ConvShape& s) {
  return s.taps() == 1 && s.padding[0] + s.padding[1] == 0 &&
         s.stride[0] * s.stride[1] > 1;
}

/// Whether it is faster to bring them together first. The tiles for few channels take
/// pixels wherever they lie.
inline bool gathering_pays(const ConvShape& s) {
  return leaves_pixels_out(s) && s.group_channels() >= 32;
}

/// The same without the stride, on the pixels that are seen.
ConvShape without_stride(const ConvShape& s);

/// The seen pixels of x, in order.
template <class T>
void gather_seen(const ConvShape& s, const T* x, T* seen);
/// The other way: all that lies between them becomes zero.
template <class T>
void spread_seen(const ConvShape& s, const T* seen, T* x);

}  // namespace cairn::kernels
