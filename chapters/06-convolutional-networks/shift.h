// Pictures moved by a few pixels.
#pragma once

#include <cstddef>

#include "04-multilayer-perceptron/samples.h"
#include "06-convolutional-networks/shape.h"

namespace ch06 {

// ANCHOR: shift
// Every image moved `down` and `right` (or, below zero, up and left). What leaves the
// frame is lost, and zeros come in.
inline Matrix shifted(const Matrix& x, const Shape& shape, int down, int right) {
  const int height = static_cast<int>(shape.height);
  const int width = static_cast<int>(shape.width);
  Matrix y(x.rows, x.cols);
  for (std::size_t n = 0; n < x.rows; ++n)
    for (std::size_t c = 0; c < shape.channels; ++c)
      for (int i = 0; i < height; ++i)
        for (int j = 0; j < width; ++j) {
          const int from_i = i - down, from_j = j - right;
          if (from_i < 0 || from_i >= height || from_j < 0 || from_j >= width) continue;
          y(n, shape.at(c, static_cast<std::size_t>(i), static_cast<std::size_t>(j))) =
              x(n, shape.at(c, static_cast<std::size_t>(from_i),
                            static_cast<std::size_t>(from_j)));
        }
  return y;
}
// ANCHOR_END: shift

}  // namespace ch06
