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
  const auto rows = static_cast<std::size_t>(down);
  const auto columns = static_cast<std::size_t>(right);
  Matrix y(x.rows, x.cols);
  for (std::size_t n = 0; n < x.rows; ++n)
    for (std::size_t c = 0; c < shape.channels; ++c)
      for (std::size_t i = 0; i < shape.height; ++i)
        for (std::size_t j = 0; j < shape.width; ++j) {
          // A difference below zero wraps around to a number beyond any picture.
          const std::size_t from_i = i - rows, from_j = j - columns;
          if (from_i >= shape.height || from_j >= shape.width) continue;
          y(n, shape.at(c, i, j)) = x(n, shape.at(c, from_i, from_j));
        }
  return y;
}
// ANCHOR_END: shift

}  // namespace ch06
