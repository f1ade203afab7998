// What stands beside attention in a Transformer's block: layer normalisation, and two
// dense layers with GELU between them.
#pragma once

#include <cmath>
#include <cstddef>

#include "10-attention/heads.h"

namespace ch10 {

// ANCHOR: gelu
// GELU: x, times the share of the normal distribution that lies below x.
struct GeluFunction {
  static double below(double x) { return (1 + std::erf(x / std::sqrt(2.0))) / 2; }
  static double density(double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * 3.141592653589793);
  }
  static double value(double x) { return x * below(x); }
  static double slope(double x, double) { return below(x) + x * density(x); }
};
using Gelu = ch04::Activation<GeluFunction>;
// ANCHOR_END: gelu

// ANCHOR: layer_norm
// Each row is brought to mean 0 and variance 1, then y = gain · x̂ + bias by column.
class LayerNorm : public ch04::Layer {
 public:
  explicit LayerNorm(std::size_t width)
      : gain_(Matrix(1, width, 1)), bias_(Matrix(1, width)) {}

  Matrix forward(const Matrix& x) override {
    const double n = static_cast<double>(x.cols);
    x_hat_ = x;
    over_.assign(x.rows, 0);
    Matrix y(x.rows, x.cols);
    for (std::size_t i = 0; i < x.rows; ++i) {
      double mean = 0, variance = 0;
      for (std::size_t j = 0; j < x.cols; ++j) mean += x(i, j) / n;
      for (std::size_t j = 0; j < x.cols; ++j) {
        variance += (x(i, j) - mean) * (x(i, j) - mean) / n;
      }
      over_[i] = 1 / std::sqrt(variance + 1e-5);
      for (std::size_t j = 0; j < x.cols; ++j) {
        x_hat_(i, j) = (x(i, j) - mean) * over_[i];
        y(i, j) = gain_.value(0, j) * x_hat_(i, j) + bias_.value(0, j);
      }
    }
    return y;
  }
  // ANCHOR_END: layer_norm

  // ANCHOR: layer_norm_backward
  // What is common to the row, and what goes along x̂, is taken out of the slopes.
  Matrix backward(const Matrix& dy) const override {
    const double n = static_cast<double>(dy.cols);
    Matrix dx(dy.rows, dy.cols);
    for (std::size_t i = 0; i < dy.rows; ++i) {
      double mean = 0, along = 0;
      for (std::size_t j = 0; j < dy.cols; ++j) {
        dx(i, j) = gain_.value(0, j) * dy(i, j);
        mean += dx(i, j) / n;
        along += dx(i, j) * x_hat_(i, j) / n;
      }
      for (std::size_t j = 0; j < dy.cols; ++j) {
        dx(i, j) = (dx(i, j) - mean - along * x_hat_(i, j)) * over_[i];
      }
    }
    return dx;
  }
  // ANCHOR_END: layer_norm_backward

  void accumulate(const Matrix& dy) override {
    for (std::size_t i = 0; i < dy.rows; ++i) {
      for (std::size_t j = 0; j < dy.cols; ++j) {
        gain_.gradient(0, j) += dy(i, j) * x_hat_(i, j);
        bias_.gradient(0, j) += dy(i, j);
      }
    }
  }
  Parameters parameters() override { return {&gain_, &bias_}; }

 private:
  Parameter gain_, bias_;     // [1 × D]
  Matrix x_hat_;              // [N × D] the rows, normalised
  std::vector<double> over_;  // [N] one over the deviation of each
};

// ANCHOR: feed_forward
// D to F, GELU, F to D: for each token by itself.
struct FeedForward {
  Dense up, down;
  Gelu gelu;

  FeedForward(std::size_t width, std::size_t inner, Random& random)
      : up(ch04::xavier(width, inner, random)),
        down(ch04::xavier(inner, width, random)) {}

  Matrix forward(const Matrix& x) { return down.forward(gelu.forward(up.forward(x))); }
  Matrix backward(const Matrix& dy) { return back(up, back(gelu, back(down, dy))); }
  // ANCHOR_END: feed_forward
  Parameters parameters() {
    Parameters all = up.parameters();
    for (Parameter* p : down.parameters()) all.push_back(p);
    return all;
  }
};

}  // namespace ch10
