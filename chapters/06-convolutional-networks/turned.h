// The input gradient of a convolution is a convolution.
#pragma once

#include <cstddef>

#include "06-convolutional-networks/conv.h"

namespace ch06 {

// ANCHOR: turned
// Filters [O × C·K·K] → [C × O·K·K]: inputs and outputs exchanged, and every K × K
// square of weights turned by half a turn.
inline Matrix turned(const Matrix& filters, std::size_t channels, std::size_t k) {
  const std::size_t square = k * k;
  Matrix result(channels, filters.rows * square);
  for (std::size_t o = 0; o < filters.rows; ++o)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t t = 0; t < square; ++t)
        result(c, o * square + square - 1 - t) = filters(o, c * square + t);
  return result;
}

// dL/dx of a convolution of stride 1, as one more convolution. The frame is as wide
// as lets every pixel meet every weight that it met on the way forward.
inline Matrix input_gradient(const Matrix& dy, const Shape& in, const Window& window,
                             const Matrix& filters) {
  const Window back{window.size, 1, window.size - 1 - window.padding};
  Conv2d layer(after(in, window, filters.rows), back,
               turned(filters, in.channels, window.size));
  return layer.forward(dy);
}
// ANCHOR_END: turned

}  // namespace ch06
