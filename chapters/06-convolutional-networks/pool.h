// Pooling: one number for each window of each plane.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

#include "04-multilayer-perceptron/layers.h"
#include "06-convolutional-networks/shape.h"

namespace ch06 {

// ANCHOR: pool
class Pool : public ch04::Layer {
 public:
  Pool(Shape in, Window window)
      : in_(in), out_(after(in, window, in.channels)), window_(window) {
    if (window.padding > 0) throw std::invalid_argument("Pool: no padding here");
  }

 protected:
  // Calls use(at_y, at_x) for every pixel under every window: its place in a row of
  // the output, and its own place in a row of the input.
  template <class Use>
  void each_pixel(Use use) const {
    for (std::size_t c = 0; c < out_.channels; ++c)
      for (std::size_t i = 0; i < out_.height; ++i)
        for (std::size_t j = 0; j < out_.width; ++j)
          for (std::size_t p = 0; p < window_.size; ++p)
            for (std::size_t q = 0; q < window_.size; ++q)
              use(out_.at(c, i, j),
                  in_.at(c, i * window_.stride + p, j * window_.stride + q));
  }

  Shape in_, out_;
  Window window_;
};
// ANCHOR_END: pool

// ANCHOR: max_pool
class MaxPool : public Pool {
 public:
  using Pool::Pool;

  Matrix forward(const Matrix& x) override {
    require_images(x, in_, "MaxPool");
    constexpr std::size_t kNone = SIZE_MAX;
    winners_.assign(x.rows * out_.size(), kNone);
    Matrix y(x.rows, out_.size());
    for (std::size_t n = 0; n < x.rows; ++n) {
      std::size_t* const winner = &winners_[n * out_.size()];
      each_pixel([&](std::size_t at_y, std::size_t at_x) {
        std::size_t& best = winner[at_y];
        if (best == kNone || x(n, at_x) > x(n, best)) best = at_x;
      });
      for (std::size_t k = 0; k < out_.size(); ++k) y(n, k) = x(n, winner[k]);
    }
    return y;
  }

  Matrix backward(const Matrix& dy) const override {
    Matrix dx(dy.rows, in_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      for (std::size_t k = 0; k < out_.size(); ++k)
        dx(n, winners_[n * out_.size() + k]) += dy(n, k);
    return dx;
  }

 protected:
  std::vector<std::size_t> winners_;  // [N × out] which pixel was the largest
};
// ANCHOR_END: max_pool

// ANCHOR: mean_pool
class MeanPool : public Pool {
 public:
  using Pool::Pool;

  Matrix forward(const Matrix& x) override {
    require_images(x, in_, "MeanPool");
    Matrix y(x.rows, out_.size());
    for (std::size_t n = 0; n < x.rows; ++n)
      each_pixel([&](std::size_t at_y, std::size_t at_x) {
        y(n, at_y) += share() * x(n, at_x);
      });
    return y;
  }

  Matrix backward(const Matrix& dy) const override {
    Matrix dx(dy.rows, in_.size());
    for (std::size_t n = 0; n < dy.rows; ++n)
      each_pixel([&](std::size_t at_y, std::size_t at_x) {
        dx(n, at_x) += share() * dy(n, at_y);
      });
    return dx;
  }

 private:
  double share() const {
    return 1.0 / static_cast<double>(window_.size * window_.size);
  }
};
// ANCHOR_END: mean_pool

}  // namespace ch06
