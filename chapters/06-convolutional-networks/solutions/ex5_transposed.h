// Solution 5: a convolution run backwards, as a layer that makes pictures larger.
#pragma once

#include <vector>

#include "06-convolutional-networks/conv.h"

namespace ch06 {

class Transposed : public Conv2d {
 public:
  using Conv2d::Conv2d;

  Matrix forward(const Matrix& small) override {
    small_ = small;
    return Conv2d::backward(small);
  }

  Matrix backward(const Matrix& d_large) const override {
    return Conv2d(in_, window_, weight_.value).forward(d_large);
  }

  // dL/dw = sum of small · dL/dlarge: what the convolution would add if d_large were its
  // input and `small` the gradient that reaches it.
  void accumulate(const Matrix& d_large) override {
    x_ = pad(d_large, in_, window_.padding);
    Conv2d::accumulate(small_);
  }

  std::vector<Parameter*> parameters() override { return {&weight_}; }

 private:
  Matrix small_;  // the last input
};

}  // namespace ch06
