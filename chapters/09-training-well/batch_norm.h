// Batch normalisation: every channel is brought to mean 0 and variance 1 over the batch.
#pragma once

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "09-training-well/mode.h"

namespace ch09 {

// ANCHOR: batch_norm
// A row of x has `area` numbers for each channel: 1 behind a dense layer, and behind a
// convolution height · width, where the planes of an image lie one after the other.
class BatchNorm : public ModedLayer {
 public:
  explicit BatchNorm(std::size_t channels, std::size_t area = 1)
      : area_(area),
        weight_(Matrix(1, channels, 1.0)),
        bias_(Matrix(1, channels)),
        running_mean_(1, channels),
        running_variance_(1, channels, 1.0) {}

  Matrix forward(const Matrix& x) override;
  Matrix backward(const Matrix& dy) const override;
  void accumulate(const Matrix& dy) override;
  std::vector<Parameter*> parameters() override { return {&weight_, &bias_}; }
  std::vector<Matrix*> buffers() override {
    return {&running_mean_, &running_variance_};
  }

 protected:
  struct Moments {
    double mean, variance;
  };
  Moments moments(const Matrix& x, std::size_t c) const;
  void remember(const Moments& batch, std::size_t c, double count);

  // Calls use(i, j) for every entry of channel c in rows × area.
  template <class Use>
  void each(std::size_t rows, std::size_t c, Use use) const {
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = c * area_; j < (c + 1) * area_; ++j) use(i, j);
  }

  std::size_t area_;
  Parameter weight_, bias_;                 // [1 × C] γ and β
  Matrix running_mean_, running_variance_;  // [1 × C]
  Matrix x_hat_;                            // [N × C·area] the last, normalised
  Vector inverse_;                          // [C] 1 / √(variance + ε)
  bool of_batch_ = true;                    // did the last forward use the batch's own?
};
// ANCHOR_END: batch_norm

constexpr double kEpsilon = 1e-5;

// ANCHOR: moments
inline BatchNorm::Moments BatchNorm::moments(const Matrix& x, std::size_t c) const {
  const double count = static_cast<double>(x.rows * area_);
  double mean = 0, variance = 0;
  each(x.rows, c, [&](std::size_t i, std::size_t j) { mean += x(i, j) / count; });
  each(x.rows, c, [&](std::size_t i, std::size_t j) {
    variance += (x(i, j) - mean) * (x(i, j) - mean) / count;
  });
  return {mean, variance};
}

inline void BatchNorm::remember(const Moments& batch, std::size_t c, double count) {
  const double share = 0.1, unbiased = batch.variance * count / (count - 1);
  running_mean_(0, c) += share * (batch.mean - running_mean_(0, c));
  running_variance_(0, c) += share * (unbiased - running_variance_(0, c));
}
// ANCHOR_END: moments

// ANCHOR: forward
inline Matrix BatchNorm::forward(const Matrix& x) {
  const std::size_t channels = weight_.value.cols;
  const double count = static_cast<double>(x.rows * area_);
  ch01::require_match(x.cols == channels * area_, "BatchNorm", x, weight_.value);
  if (training && count < 2) {
    throw std::invalid_argument(
        "BatchNorm: one number has no variance; in training "
        "give it a batch of 2 or more");
  }
  Matrix y = x_hat_ = Matrix(x.rows, x.cols);
  inverse_.assign(channels, 0);
  of_batch_ = training;
  for (std::size_t c = 0; c < channels; ++c) {
    Moments m{running_mean_(0, c), running_variance_(0, c)};
    if (training) {
      m = moments(x, c);
      remember(m, c, count);
    }
    inverse_[c] = 1 / std::sqrt(m.variance + kEpsilon);
    each(x.rows, c, [&](std::size_t i, std::size_t j) {
      x_hat_(i, j) = (x(i, j) - m.mean) * inverse_[c];
      y(i, j) = weight_.value(0, c) * x_hat_(i, j) + bias_.value(0, c);
    });
  }
  return y;
}
// ANCHOR_END: forward

// ANCHOR: backward
inline Matrix BatchNorm::backward(const Matrix& dy) const {
  ch01::require_match(dy.values.size() == x_hat_.values.size(), "backward", dy, x_hat_);
  Matrix dx(dy.rows, dy.cols);
  const double count = static_cast<double>(dy.rows * area_);
  for (std::size_t c = 0; c < inverse_.size(); ++c) {
    double mean_dy = 0, mean_dy_x = 0;
    if (of_batch_) {
      each(dy.rows, c, [&](std::size_t i, std::size_t j) {
        mean_dy += dy(i, j) / count;
        mean_dy_x += dy(i, j) * x_hat_(i, j) / count;
      });
    }
    const double scale = weight_.value(0, c) * inverse_[c];
    each(dy.rows, c, [&](std::size_t i, std::size_t j) {
      dx(i, j) = scale * (dy(i, j) - mean_dy - x_hat_(i, j) * mean_dy_x);
    });
  }
  return dx;
}
// ANCHOR_END: backward

inline void BatchNorm::accumulate(const Matrix& dy) {
  for (std::size_t c = 0; c < inverse_.size(); ++c) {
    each(dy.rows, c, [&](std::size_t i, std::size_t j) {
      weight_.gradient(0, c) += dy(i, j) * x_hat_(i, j);
      bias_.gradient(0, c) += dy(i, j);
    });
  }
}

}  // namespace ch09
