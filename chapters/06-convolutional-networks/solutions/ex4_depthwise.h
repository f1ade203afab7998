// Solution 4: a filter for every channel, and no sum over the channels.
#pragma once

#include <cstddef>
#include <utility>

#include "06-convolutional-networks/conv.h"

namespace ch06 {

class Depthwise : public Conv2d {
 public:
  Depthwise(Shape in, Window window, Matrix filters)
      : Conv2d({1, in.height, in.width}, window, std::move(filters)), all_(in) {}

  Matrix forward(const Matrix& x) override {
    require_images(x, all_, "Depthwise");
    x_ = pad(x, all_, window_.padding);
    Matrix y(x.rows, out_.size());
    for (std::size_t n = 0; n < x.rows; ++n)
      each_place([&](std::size_t o, std::size_t i, std::size_t j) {
        double sum = bias_.value(0, o);
        each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
          sum += weight_.value(o, tap) * x_(n, o * padded_.size() + pixel);
        });
        y(n, out_.at(o, i, j)) = sum;
      });
    return y;
  }

  Matrix backward(const Matrix& dy) const override {
    Matrix dx(dy.rows, all_.channels * padded_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      each_place([&](std::size_t o, std::size_t i, std::size_t j) {
        each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
          dx(n, o * padded_.size() + pixel) +=
              dy(n, out_.at(o, i, j)) * weight_.value(o, tap);
        });
      });
    return crop(dx, all_, window_.padding);
  }

  void accumulate(const Matrix& dy) override {
    for (std::size_t n = 0; n < dy.rows; ++n)
      each_place([&](std::size_t o, std::size_t i, std::size_t j) {
        const double d = dy(n, out_.at(o, i, j));
        bias_.gradient(0, o) += d;
        each_tap(i, j, [&](std::size_t tap, std::size_t pixel) {
          weight_.gradient(o, tap) += d * x_(n, o * padded_.size() + pixel);
        });
      });
  }

 private:
  Shape all_;  // the image with its C channels
};

}  // namespace ch06
