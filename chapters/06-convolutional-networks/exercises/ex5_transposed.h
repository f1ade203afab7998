// Exercise 5 ★★★: a convolution run backwards, as a layer that makes pictures larger.
#pragma once

#include "06-convolutional-networks/conv.h"

namespace ch06 {

// Forward is the backward pass of Conv2d(large, window, filters), without a bias: it
// takes the small maps of that layer and gives large pictures. So its own backward pass
// is that layer's forward pass.
class Transposed : public Conv2d {
 public:
  using Conv2d::Conv2d;  // `in` is the shape of the large pictures here

  Matrix forward(const Matrix& small) override {
    // Write: keep `small`, and return what Conv2d hands down for it.
    return Matrix(small.rows, in_.size());
  }

  Matrix backward(const Matrix& d_large) const override {
    // Write: what the convolution makes of d_large. Conv2d::forward() is not const;
    // a copy of this layer's convolution is.
    return Matrix(d_large.rows, out_.size());
  }

  void accumulate(const Matrix& d_large) override {
    // Write: each product of the convolution is small · weight · large. Which of
    // Conv2d's functions adds up the right products, if it is given the right two?
    (void)d_large;
  }

  // The biases of the convolution take no part.
  std::vector<Parameter*> parameters() override { return {&weight_}; }

 private:
  Matrix small_;  // the last input
};

}  // namespace ch06
