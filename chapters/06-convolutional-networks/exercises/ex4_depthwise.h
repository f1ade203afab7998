// Exercise 4 ★★: a filter for every channel, and no sum over the channels.
#pragma once

#include "06-convolutional-networks/conv.h"

namespace ch06 {

// Filters [C × K·K]: channel c of the output is channel c of the input correlated with
// filter c, plus bias c. That is C convolutions of one channel each.
class Depthwise : public Conv2d {
 public:
  // Conv2d is told of one channel here, and its out_ has C of them, as it should.
  Depthwise(Shape in, Window window, Matrix filters)
      : Conv2d({1, in.height, in.width}, window, std::move(filters)), all_(in) {}

  Matrix forward(const Matrix& x) override {
    // Write: frame all channels, keep them in x_, and let place (o, i, j) read channel
    // o. each_tap() gives pixels of channel 0; those of channel o lie
    // o * padded_.size() further on.
    return Matrix(x.rows, out_.size());
  }

  Matrix backward(const Matrix& dy) const override {
    // Write: the way back to the pixels. Crop with the shape all_.
    return Matrix(dy.rows, all_.size());
  }

  void accumulate(const Matrix& dy) override {
    // Write: the gradients of filters and biases.
    (void)dy;
  }

 private:
  Shape all_;  // the image with its C channels
};

}  // namespace ch06
