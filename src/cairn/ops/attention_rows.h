#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <cairn/kernels/table.h>

/// What attention does to rows of scores, for both real types: kernels for f32, plain
/// loops for f64.
namespace cairn::detail {

inline void make_weights(const kernels::ScoreRows<float>& rows) {
  kernels::kernels().math->attention_weights(rows);
}
inline void make_weights_again(const kernels::ScoreRows<float>& rows) {
  kernels::kernels().math->attention_weights_again(rows);
}
inline void make_gradient(const kernels::ScoreRows<float>& rows, const float* weights) {
  kernels::kernels().math->attention_gradient(rows, weights);
}
inline void multiply_by(float* out, const float* x, const float* mask, std::int64_t n) {
  kernels::kernels().math->mul(out, x, mask, n);
}

inline std::int64_t end_of_row(const kernels::ScoreRows<double>& a, std::int64_t r) {
  return std::min(a.columns, a.first_end + r);
}

inline void make_weights_again(const kernels::ScoreRows<double>& a) {
  for (std::int64_t r = 0; r < a.rows; ++r) {
    double* const x = a.x + r * a.stride;
    const std::int64_t n = end_of_row(a, r);
    for (std::int64_t j = 0; j < n; ++j) {
      const double bias = a.bias == nullptr ? 0 : a.bias[r * a.bias_stride + j];
      x[j] = std::exp(a.scale * x[j] + bias - a.largest[r]) * a.inverse[r];
    }
    std::fill(x + n, x + a.columns, 0.0);
  }
}

inline void make_weights(const kernels::ScoreRows<double>& a) {
  for (std::int64_t r = 0; r < a.rows; ++r) {
    const double* const x = a.x + r * a.stride;
    const std::int64_t n = end_of_row(a, r);
    const auto score = [&](std::int64_t j) {
      const double bias = a.bias == nullptr ? 0 : a.bias[r * a.bias_stride + j];
      return a.scale * x[j] + bias;
    };
    double largest = -std::numeric_limits<double>::infinity(), total = 0;
    for (std::int64_t j = 0; j < n; ++j) largest = std::max(largest, score(j));
    if (largest == -std::numeric_limits<double>::infinity()) largest = 0;
    for (std::int64_t j = 0; j < n; ++j) total += std::exp(score(j) - largest);
    a.largest[r] = largest;
    a.inverse[r] = total == 0 ? 0 : 1 / total;
  }
  make_weights_again(a);
}

inline void make_gradient(const kernels::ScoreRows<double>& a, const double* weights) {
  for (std::int64_t r = 0; r < a.rows; ++r) {
    double* const x = a.x + r * a.stride;
    const double* const p = weights + r * a.stride;
    const std::int64_t n = end_of_row(a, r);
    double mean = 0;
    for (std::int64_t j = 0; j < n; ++j) mean += x[j] * p[j];
    for (std::int64_t j = 0; j < n; ++j) x[j] = a.scale * p[j] * (x[j] - mean);
    std::fill(x + n, x + a.columns, 0.0);
  }
}

inline void multiply_by(double* out, const double* x, const float* mask,
                        std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = x[i] * static_cast<double>(mask[i]);
}

}  // namespace cairn::detail
