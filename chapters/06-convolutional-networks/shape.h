// Images as rows of a matrix, and windows that move over them.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "01-linear-regression/matrix.h"

namespace ch06 {

using ch01::Matrix;

// ANCHOR: shape
// An image of `channels` planes, each height × width. In a batch it is one row of a
// matrix: plane after plane, and each plane row after row.
struct Shape {
  std::size_t channels, height, width;

  std::size_t size() const { return channels * height * width; }
  std::size_t at(std::size_t c, std::size_t i, std::size_t j) const {
    return (c * height + i) * width + j;
  }
};
// ANCHOR_END: shape

inline std::string text(const Shape& s) {
  return std::to_string(s.channels) + "×" + std::to_string(s.height) + "×" +
         std::to_string(s.width);
}

// ANCHOR: window
// A square window and how it moves.
struct Window {
  std::size_t size;
  std::size_t stride = 1;   // pixels from one place to the next
  std::size_t padding = 0;  // zeros added on every side of the image
};

// At how many places does the window fit along `length` pixels?
inline std::size_t places(std::size_t length, const Window& window) {
  const std::size_t padded = length + 2 * window.padding;
  if (window.size == 0 || window.stride == 0 || window.size > padded) {
    throw std::invalid_argument("a window of " + std::to_string(window.size) +
                                " with stride " + std::to_string(window.stride) +
                                " does not fit into " + std::to_string(padded));
  }
  return (padded - window.size) / window.stride + 1;
}

// What is left of an image when each place of the window has become a pixel.
inline Shape after(const Shape& in, const Window& window, std::size_t channels) {
  return {channels, places(in.height, window), places(in.width, window)};
}
// ANCHOR_END: window

inline void require_images(const Matrix& x, const Shape& shape, const char* operation) {
  ch01::require_match(x.cols == shape.size(), operation, x,
                      Matrix(x.rows, shape.size()));
}

}  // namespace ch06
