// A frame of zeros around every plane, and how to take it off again.
#pragma once

#include <cstddef>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

inline Shape framed(const Shape& s, std::size_t padding) {
  return {s.channels, s.height + 2 * padding, s.width + 2 * padding};
}

// ANCHOR: pad
// x [N × C·H·W] → [N × C·(H+2P)·(W+2P)], zeros outside.
inline Matrix pad(const Matrix& x, const Shape& shape, std::size_t padding) {
  const Shape large = framed(shape, padding);
  Matrix y(x.rows, large.size());
  for (std::size_t n = 0; n < x.rows; ++n)
    for (std::size_t c = 0; c < shape.channels; ++c)
      for (std::size_t i = 0; i < shape.height; ++i)
        for (std::size_t j = 0; j < shape.width; ++j)
          y(n, large.at(c, i + padding, j + padding)) = x(n, shape.at(c, i, j));
  return y;
}

// The way back: what belongs to the frame is dropped, nobody owns those zeros.
inline Matrix crop(const Matrix& y, const Shape& shape, std::size_t padding) {
  const Shape large = framed(shape, padding);
  Matrix x(y.rows, shape.size());
  for (std::size_t n = 0; n < y.rows; ++n)
    for (std::size_t c = 0; c < shape.channels; ++c)
      for (std::size_t i = 0; i < shape.height; ++i)
        for (std::size_t j = 0; j < shape.width; ++j)
          x(n, shape.at(c, i, j)) = y(n, large.at(c, i + padding, j + padding));
  return x;
}
// ANCHOR_END: pad

}  // namespace ch06
