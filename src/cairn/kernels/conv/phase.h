// The gradient of the input, seen as a correlation: which taps reach which pixels.
#pragma once

#include <utility>

#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/correlation.h>

namespace cairn::kernels {

/// Along one axis, the pixels a, a + stride, a + 2 stride, … of the input, and the taps
/// that reach them: every `step`-th from `first`. From there the filter lies flipped
/// over the output.
struct Phase {
  std::int64_t first, step;
  std::int64_t pixels;  // of the input in this phase
  ConvAxis axis;        // what they meet in y, the last tap first

  Phase(const ConvShape& s, int d, std::int64_t a) {
    const std::int64_t taps = d == 0 ? s.kh : s.kw;
    const std::int64_t extent = d == 0 ? s.height : s.width;
    const std::int64_t stride = s.stride[d], dilation = s.dilation[d];
    std::int64_t common = stride;
    for (std::int64_t rest = dilation; rest != 0;) {
      std::swap(rest, common %= rest);
    }
    step = stride / common;
    // y's row i meets pixel i·stride + p·dilation − padding with tap p: p is of this
    // phase if that is a, but for multiples of the stride.
    const std::int64_t most = step < taps ? step : taps;
    first = 0;
    while (first < most && (a + s.padding[d] - first * dilation) % stride != 0) {
      ++first;
    }
    const std::int64_t count = first < most ? ceil_div(taps - first, step) : 0;
    pixels = ceil_div(extent - a, stride);
    axis = {count, 1, dilation / common, 0};
    if (count > 0) {
      const std::int64_t last = first + (count - 1) * step;
      axis.offset = (a + s.padding[d] - last * dilation) / stride;
    }
  }
};

}  // namespace cairn::kernels
