// Layer normalisation: every sample is brought to mean 0 and variance 1 by itself.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "09-training-well/batch_norm.h"

namespace ch09 {

class LayerNorm : public ch04::Layer {
 public:
  explicit LayerNorm(std::size_t features)
      : weight_(Matrix(1, features, 1.0)), bias_(Matrix(1, features)) {}

  Matrix forward(const Matrix& x) override;
  Matrix backward(const Matrix& dy) const override;
  void accumulate(const Matrix& dy) override;
  std::vector<Parameter*> parameters() override { return {&weight_, &bias_}; }

 protected:
  Parameter weight_, bias_;  // [1 × n] γ and β
  Matrix x_hat_;             // [N × n]
  Vector inverse_;           // [N] 1 / √(variance + ε)
};

inline Matrix LayerNorm::forward(const Matrix& x) {
  ch01::require_match(x.cols == weight_.value.cols, "LayerNorm", x, weight_.value);
  const double count = static_cast<double>(x.cols);
  Matrix y = x_hat_ = x;
  inverse_.assign(x.rows, 0);
  for (std::size_t i = 0; i < x.rows; ++i) {
    double mean = 0, variance = 0;
    for (std::size_t j = 0; j < x.cols; ++j) mean += x(i, j) / count;
    for (std::size_t j = 0; j < x.cols; ++j)
      variance += (x(i, j) - mean) * (x(i, j) - mean) / count;
    inverse_[i] = 1 / std::sqrt(variance + kEpsilon);
    for (std::size_t j = 0; j < x.cols; ++j) {
      x_hat_(i, j) = (x(i, j) - mean) * inverse_[i];
      y(i, j) = weight_.value(0, j) * x_hat_(i, j) + bias_.value(0, j);
    }
  }
  return y;
}

// ANCHOR: layer_backward
inline Matrix LayerNorm::backward(const Matrix& dy) const {
  ch01::require_match(dy.values.size() == x_hat_.values.size(), "backward", dy, x_hat_);
  Matrix dx(dy.rows, dy.cols);
  const double count = static_cast<double>(dy.cols);
  for (std::size_t i = 0; i < dy.rows; ++i) {
    double mean_g = 0, mean_g_x = 0;
    for (std::size_t j = 0; j < dy.cols; ++j) {
      const double g = dy(i, j) * weight_.value(0, j);
      mean_g += g / count;
      mean_g_x += g * x_hat_(i, j) / count;
    }
    for (std::size_t j = 0; j < dy.cols; ++j) {
      const double g = dy(i, j) * weight_.value(0, j);
      dx(i, j) = inverse_[i] * (g - mean_g - x_hat_(i, j) * mean_g_x);
    }
  }
  return dx;
}
// ANCHOR_END: layer_backward

inline void LayerNorm::accumulate(const Matrix& dy) {
  for (std::size_t i = 0; i < dy.rows; ++i) {
    for (std::size_t j = 0; j < dy.cols; ++j) {
      weight_.gradient(0, j) += dy(i, j) * x_hat_(i, j);
      bias_.gradient(0, j) += dy(i, j);
    }
  }
}

}  // namespace ch09
