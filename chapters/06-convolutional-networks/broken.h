// Five bugs that still train. "Break it" shows their curves and what finds them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "06-convolutional-networks/conv.h"
#include "06-convolutional-networks/pool.h"

namespace ch06 {

// ANCHOR: not_turned
// The gradient handed down as a convolution of dy, with the filters exchanged as they
// should be but not turned.
class ConvNotTurned : public Conv2d {
 public:
  using Conv2d::Conv2d;
  Matrix backward(const Matrix& dy) const override {
    Conv2d mirrored(in_, window_, weight_.value);
    const std::size_t square = window_.size * window_.size;
    Matrix& w = mirrored.parameters()[0]->value;
    for (std::size_t start = 0; start < w.values.size(); start += square) {
      const auto first = w.values.begin() + static_cast<std::ptrdiff_t>(start);
      std::reverse(first, first + static_cast<std::ptrdiff_t>(square));
    }
    return mirrored.backward(dy);
  }
};
// ANCHOR_END: not_turned

// ANCHOR: corner
// The frame is not taken off: the picture is cut from the corner of the framed one.
class ConvFromCorner : public Conv2d {
 public:
  using Conv2d::Conv2d;
  Matrix backward(const Matrix& dy) const override {
    Conv2d bare(padded_, {window_.size, window_.stride}, weight_.value);
    const Matrix framed = bare.backward(dy);
    Matrix dx(dy.rows, in_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      for (std::size_t c = 0; c < in_.channels; ++c)
        for (std::size_t i = 0; i < in_.height; ++i)
          for (std::size_t j = 0; j < in_.width; ++j)
            dx(n, in_.at(c, i, j)) = framed(n, padded_.at(c, i, j));
    return dx;
  }
};
// ANCHOR_END: corner

// The bias gradient is that of the last place, not the sum over all places.
class ConvLastPlace : public Conv2d {
 public:
  using Conv2d::Conv2d;
  void accumulate(const Matrix& dy) override {
    const Matrix before = bias_.gradient;
    Conv2d::accumulate(dy);
    bias_.gradient = before;
    for (std::size_t n = 0; n < dy.rows; ++n)
      for (std::size_t o = 0; o < out_.channels; ++o)
        bias_.gradient(0, o) += dy(n, out_.at(o, out_.height - 1, out_.width - 1));
  }
};

// Max pooling forward, and backward to every pixel under the window.
class MaxPoolToAll : public MaxPool {
 public:
  using MaxPool::MaxPool;
  Matrix backward(const Matrix& dy) const override {
    Matrix dx(dy.rows, in_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      each_pixel(
          [&](std::size_t at_y, std::size_t at_x) { dx(n, at_x) += dy(n, at_y); });
    return dx;
  }
};

// ANCHOR: ties
// To every pixel that is as large as the largest, where it should be one of them.
class MaxPoolToEqual : public MaxPool {
 public:
  using MaxPool::MaxPool;
  Matrix forward(const Matrix& x) override {
    x_ = x;
    return y_ = MaxPool::forward(x);
  }
  Matrix backward(const Matrix& dy) const override {
    Matrix dx(dy.rows, in_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      each_pixel([&](std::size_t at_y, std::size_t at_x) {
        if (x_(n, at_x) == y_(n, at_y)) dx(n, at_x) += dy(n, at_y);
      });
    return dx;
  }

 private:
  Matrix x_, y_;
};
// ANCHOR_END: ties

}  // namespace ch06
