// The convolutional layer: a layer of chapter 4 whose rows are images.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/layers.h"
#include "06-convolutional-networks/padding.h"
#include "06-convolutional-networks/shape.h"

namespace ch06 {

using ch04::Parameter;

// ANCHOR: conv
// y[o] = b[o] + the sum over c of x[c] correlated with w[o][c].
// Filters [O × C·K·K], a filter a row, and biases [1 × O].
class Conv2d : public ch04::Layer {
 public:
  Conv2d(Shape in, Window window, Matrix filters);

  Matrix forward(const Matrix& x) override;
  Matrix backward(const Matrix& dy) const override;
  void accumulate(const Matrix& dy) override;
  std::vector<Parameter*> parameters() override { return {&weight_, &bias_}; }

 protected:
  template <class Use>
  void each_place(Use use) const;
  template <class Use>
  void each_tap(std::size_t i, std::size_t j, Use use) const;

  Shape in_, padded_, out_;
  Window window_;
  Parameter weight_;  // [O × C·K·K]
  Parameter bias_;    // [1 × O]
  Matrix x_;          // [N × padded] the last input, with its frame
};
// ANCHOR_END: conv

inline Conv2d::Conv2d(Shape in, Window window, Matrix filters)
    : in_(in),
      padded_(framed(in, window.padding)),
      out_(after(in, window, filters.rows)),
      window_(window),
      weight_(std::move(filters)),
      bias_(Matrix(1, weight_.value.rows)) {
  const std::size_t taps = in.channels * window.size * window.size;
  ch01::require_match(weight_.value.cols == taps, "Conv2d", weight_.value,
                      Matrix(weight_.value.rows, taps));
}

// ANCHOR: loops
// Calls use(o, i, j) for every filter o and every place (i, j) of its window.
template <class Use>
void Conv2d::each_place(Use use) const {
  for (std::size_t o = 0; o < out_.channels; ++o)
    for (std::size_t i = 0; i < out_.height; ++i)
      for (std::size_t j = 0; j < out_.width; ++j) use(o, i, j);
}

// Calls use(tap, pixel) for all that meets at place (i, j): where the weight stands in
// its filter's row, and the pixel under it in the row of the framed image.
template <class Use>
void Conv2d::each_tap(std::size_t i, std::size_t j, Use use) const {
  const std::size_t k = window_.size, s = window_.stride;
  std::size_t tap = 0;
  for (std::size_t c = 0; c < in_.channels; ++c)
    for (std::size_t p = 0; p < k; ++p) {
      const std::size_t row = padded_.at(c, i * s + p, j * s);
      for (std::size_t q = 0; q < k; ++q) use(tap++, row + q);
    }
}
// ANCHOR_END: loops

// ANCHOR: forward
inline Matrix Conv2d::forward(const Matrix& x) {
  require_images(x, in_, "Conv2d");
  x_ = pad(x, in_, window_.padding);
  Matrix y(x.rows, out_.size());
  for (std::size_t n = 0; n < x.rows; ++n) {
    each_place([&](std::size_t o, std::size_t i, std::size_t j) {
      double sum = bias_.value(0, o);
      each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
        sum += weight_.value(o, tap) * x_(n, pixel);
      });
      y(n, out_.at(o, i, j)) = sum;
    });
  }
  return y;
}
// ANCHOR_END: forward

// ANCHOR: accumulate
inline void Conv2d::accumulate(const Matrix& dy) {
  for (std::size_t n = 0; n < dy.rows; ++n) {
    each_place([&](std::size_t o, std::size_t i, std::size_t j) {
      const double d = dy(n, out_.at(o, i, j));
      if (d == 0) return;  // as most are behind a max pool: there is nothing to add
      bias_.gradient(0, o) += d;
      each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
        weight_.gradient(o, tap) += d * x_(n, pixel);
      });
    });
  }
}
// ANCHOR_END: accumulate

// ANCHOR: backward
inline Matrix Conv2d::backward(const Matrix& dy) const {
  Matrix dx(dy.rows, padded_.size());
  for (std::size_t n = 0; n < dy.rows; ++n) {
    each_place([&](std::size_t o, std::size_t i, std::size_t j) {
      const double d = dy(n, out_.at(o, i, j));
      if (d == 0) return;
      each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
        dx(n, pixel) += d * weight_.value(o, tap);
      });
    });
  }
  return crop(dx, in_, window_.padding);
}
// ANCHOR_END: backward

}  // namespace ch06
