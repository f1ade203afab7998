// What a convolution is asked for, and the order of its numbers in memory.
//
// Chapter 6 stores an image plane after plane. Here the channels of one pixel lie side
// by side, and the frame of zeros is part of the image.
#pragma once

#include <cstddef>
#include <vector>

#include "06-convolutional-networks/padding.h"
#include "06-convolutional-networks/shape.h"

namespace ch12 {

using ch01::Matrix;
using ch06::Shape;
using ch06::Window;
using Flat = std::vector<double>;

// ANCHOR: task
// One convolution: so many images of one shape, a window, and so many filters.
struct Task {
  std::size_t images;
  Shape in;
  Window window;
  std::size_t filters;

  Shape out() const { return ch06::after(in, window, filters); }
  Shape frame() const { return ch06::framed(in, window.padding); }
  std::size_t rows() const { return images * out().height; }   // of responses
  std::size_t places() const { return rows() * out().width; }  // of the window
  std::size_t run() const { return window.size * in.channels; }
  std::size_t depth() const { return window.size * run(); }  // weights of a filter

  // Where in the framed images the window of response row r begins, p rows down.
  std::size_t row(std::size_t r, std::size_t p) const {
    const std::size_t n = r / out().height, i = r % out().height;
    return (n * frame().height + i * window.stride + p) * frame().width * in.channels;
  }
  // From one place to the next one on its right.
  std::size_t step() const { return window.stride * in.channels; }
};
// ANCHOR_END: task

// ANCHOR: pixels
// Images as rows of planes [N × C·H·W] → framed pixels [N × (H+2P)·(W+2P)·C].
inline Flat to_pixels(const Matrix& x, const Shape& s, std::size_t frame) {
  const Shape f = ch06::framed(s, frame);
  Flat result(x.rows * f.size());
  for (std::size_t n = 0; n < x.rows; ++n)
    for (std::size_t i = 0; i < s.height; ++i) {
      const std::size_t row = (n * f.height + i + frame) * f.width + frame;
      for (std::size_t c = 0; c < s.channels; ++c)
        for (std::size_t j = 0; j < s.width; ++j)
          result[(row + j) * s.channels + c] = x(n, s.at(c, i, j));
    }
  return result;
}

// The way back. What belongs to the frame is dropped.
inline Matrix to_planes(const Flat& pixels, std::size_t images, const Shape& s,
                        std::size_t frame) {
  const Shape f = ch06::framed(s, frame);
  Matrix result(images, s.size());
  for (std::size_t n = 0; n < images; ++n)
    for (std::size_t i = 0; i < s.height; ++i) {
      const std::size_t row = (n * f.height + i + frame) * f.width + frame;
      for (std::size_t c = 0; c < s.channels; ++c)
        for (std::size_t j = 0; j < s.width; ++j)
          result(n, s.at(c, i, j)) = pixels[(row + j) * s.channels + c];
    }
  return result;
}
// ANCHOR_END: pixels
// Filters [O × C·K·K] → [K·K·C × O]: for each tap, a matrix from channels to filters.
inline Flat by_tap(const Matrix& filters, std::size_t channels) {
  const std::size_t square = filters.cols / channels;
  Flat result(filters.values.size());
  for (std::size_t o = 0; o < filters.rows; ++o)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t t = 0; t < square; ++t)
        result[(t * channels + c) * filters.rows + o] = filters(o, c * square + t);
  return result;
}

// Adds gradients in that order to those of the filters.
inline void add_by_filter(const Flat& taps, std::size_t channels, Matrix& gradient) {
  const std::size_t square = gradient.cols / channels;
  for (std::size_t o = 0; o < gradient.rows; ++o)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t t = 0; t < square; ++t)
        gradient(o, c * square + t) += taps[(t * channels + c) * gradient.rows + o];
}

}  // namespace ch12
