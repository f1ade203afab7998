// The same layer computed by products of matrices.
#pragma once

#include <cstddef>

#include "04-multilayer-perceptron/products.h"
#include "06-convolutional-networks/conv.h"

namespace ch06 {

class ConvByColumns : public Conv2d {
 public:
  using Conv2d::Conv2d;

  Matrix forward(const Matrix& x) override;
  Matrix backward(const Matrix& dy) const override;
  void accumulate(const Matrix& dy) override;

  const Matrix& columns() const { return columns_; }

 private:
  std::size_t spots() const { return out_.height * out_.width; }
  template <class Use>
  void each_meeting(Use use) const;
  Matrix by_place(const Matrix& y) const;
  Matrix by_map(const Matrix& places) const;

  Matrix columns_;  // [N·H'·W' × C·K·K] what every place of the window covers
};

// Calls use(row, tap, n, pixel) for each pixel under each place of the window.
template <class Use>
void ConvByColumns::each_meeting(Use use) const {
  for (std::size_t n = 0; n < x_.rows; ++n)
    for (std::size_t i = 0; i < out_.height; ++i)
      for (std::size_t j = 0; j < out_.width; ++j) {
        const std::size_t row = n * spots() + i * out_.width + j;
        each_tap(i, j,
                 [&](std::size_t tap, std::size_t pixel) { use(row, tap, n, pixel); });
      }
}

// Planes one after the other [N × O·H'·W'] to a row for each place [N·H'·W' × O].
inline Matrix ConvByColumns::by_place(const Matrix& y) const {
  Matrix result(y.rows * spots(), out_.channels);
  for (std::size_t n = 0; n < y.rows; ++n)
    for (std::size_t o = 0; o < out_.channels; ++o)
      for (std::size_t k = 0; k < spots(); ++k)
        result(n * spots() + k, o) = y(n, o * spots() + k);
  return result;
}

inline Matrix ConvByColumns::by_map(const Matrix& places) const {
  Matrix result(places.rows / spots(), out_.size());
  for (std::size_t n = 0; n < result.rows; ++n)
    for (std::size_t o = 0; o < out_.channels; ++o)
      for (std::size_t k = 0; k < spots(); ++k)
        result(n, o * spots() + k) = places(n * spots() + k, o);
  return result;
}

// ANCHOR: columns
inline Matrix ConvByColumns::forward(const Matrix& x) {
  require_images(x, in_, "ConvByColumns");
  x_ = pad(x, in_, window_.padding);
  columns_ = Matrix(x.rows * spots(), weight_.value.cols);
  each_meeting([&](std::size_t row, std::size_t tap, std::size_t n, std::size_t pixel) {
    columns_(row, tap) = x_(n, pixel);
  });
  Matrix y = ch01::multiply(columns_, ch01::transpose(weight_.value));
  for (std::size_t k = 0; k < y.rows; ++k)
    for (std::size_t o = 0; o < y.cols; ++o) y(k, o) += bias_.value(0, o);
  return by_map(y);
}
// ANCHOR_END: columns

inline void ConvByColumns::accumulate(const Matrix& dy) {
  const Matrix d = by_place(dy);
  ch04::add_transposed_product(d, columns_, weight_.gradient);
  for (std::size_t k = 0; k < d.rows; ++k)
    for (std::size_t o = 0; o < d.cols; ++o) bias_.gradient(0, o) += d(k, o);
}

// ANCHOR: columns_backward
inline Matrix ConvByColumns::backward(const Matrix& dy) const {
  const Matrix d_columns = ch01::multiply(by_place(dy), weight_.value);
  Matrix dx(dy.rows, padded_.size());
  each_meeting([&](std::size_t row, std::size_t tap, std::size_t n, std::size_t pixel) {
    dx(n, pixel) += d_columns(row, tap);
  });
  return crop(dx, in_, window_.padding);
}
// ANCHOR_END: columns_backward

}  // namespace ch06
