// A filter for each channel: nothing to share, and so bound by memory.
#pragma once

#include <cstddef>

#include "12-fast-convolution/lanes.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// ANCHOR: depthwise
// w [K·K × C]. Lanes run along the channels: R registers of one place.
template <std::size_t R, class L>
CH12_INLINE void depthwise_tile(const Task& t, const double* x, const double* w,
                                double* y) {
  using VecAt = typename L::VecAt;
  const std::size_t channels = t.in.channels, down = t.frame().width * channels;
  typename L::Vec sum[R] = {};
  for (std::size_t p = 0; p < t.window.size; ++p)
    for (std::size_t q = 0; q < t.window.size; ++q, w += channels) {
      const double* at = x + p * down + q * channels;
#pragma GCC unroll 4
      for (std::size_t r = 0; r < R; ++r)
        sum[r] += *reinterpret_cast<const VecAt*>(w + r * L::kCount) *
                  *reinterpret_cast<const VecAt*>(at + r * L::kCount);
    }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < R; ++r)
    *reinterpret_cast<VecAt*>(y + r * L::kCount) = sum[r];
}
// ANCHOR_END: depthwise

// y [N·H'·W' × C] is there already: making room for it would be measured, too.
inline void depthwise(const Task& t, const Flat& x, const Flat& w, Flat& y) {
  run([&](auto lanes) CH12_LAMBDA {
    using L = decltype(lanes);
    const std::size_t width = t.out().width, channels = t.in.channels;
    for (std::size_t k = 0; k < t.places(); ++k) {
      const double* from = &x[t.row(k / width, 0) + k % width * t.step()];
      double* to = &y[k * channels];
      std::size_t c = 0;
      for (; c + 4 * L::kCount <= channels; c += 4 * L::kCount)
        depthwise_tile<4, L>(t, from + c, &w[c], to + c);
      for (; c < channels; ++c) depthwise_tile<1, Lanes<1>>(t, from + c, &w[c], to + c);
    }
  });
}

}  // namespace ch12
