// Solution 2: a normalisation that leaves the mean alone.
#pragma once

#include <cmath>
#include <cstddef>

#include "09-training-well/batch_norm.h"

namespace ch09 {

// With g = γ dy and x̂ = x/r: dx = (g − x̂ · mean of g x̂)/r. No mean was taken away, so
// none is given back.
class RmsNorm : public ch04::Layer {
 public:
  explicit RmsNorm(std::size_t features) : weight_(Matrix(1, features, 1.0)) {}

  Matrix forward(const Matrix& x) override {
    Matrix y = x_hat_ = x;
    inverse_.assign(x.rows, 0);
    for (std::size_t i = 0; i < x.rows; ++i) {
      double square = 0;
      for (std::size_t j = 0; j < x.cols; ++j) square += x(i, j) * x(i, j);
      inverse_[i] = 1 / std::sqrt(square / static_cast<double>(x.cols) + kEpsilon);
      for (std::size_t j = 0; j < x.cols; ++j) {
        x_hat_(i, j) = x(i, j) * inverse_[i];
        y(i, j) = weight_.value(0, j) * x_hat_(i, j);
      }
    }
    return y;
  }

  Matrix backward(const Matrix& dy) const override {
    Matrix dx = dy;
    for (std::size_t i = 0; i < dy.rows; ++i) {
      double mean = 0;
      for (std::size_t j = 0; j < dy.cols; ++j) {
        mean += dy(i, j) * weight_.value(0, j) * x_hat_(i, j) /
                static_cast<double>(dy.cols);
      }
      for (std::size_t j = 0; j < dy.cols; ++j) {
        const double g = dy(i, j) * weight_.value(0, j);
        dx(i, j) = inverse_[i] * (g - x_hat_(i, j) * mean);
      }
    }
    return dx;
  }

  void accumulate(const Matrix& dy) override {
    for (std::size_t i = 0; i < dy.rows; ++i)
      for (std::size_t j = 0; j < dy.cols; ++j)
        weight_.gradient(0, j) += dy(i, j) * x_hat_(i, j);
  }

  std::vector<Parameter*> parameters() override { return {&weight_}; }

 private:
  Parameter weight_;  // [1 × n]
  Matrix x_hat_;      // [N × n] x / r
  Vector inverse_;    // [N] 1 / r
};

}  // namespace ch09
