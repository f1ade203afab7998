// Normalisation in plain loops: what the kernels are compared with, and what computes
// in f64. Sums run in double.
#pragma once

#include <cmath>
#include <cstdint>

namespace cairn::kernels::reference {

/// Images as batch normalisation sees them: element (image, channel, pixel) lies at the
/// sum of the three positions times their strides.
struct ChannelView {
  std::int64_t images, channels, pixels;
  std::int64_t image_stride, channel_stride, pixel_stride;

  /// Calls f(offset) for every element of a channel.
  template <class F>
  void each(std::int64_t channel, F f) const {
    for (std::int64_t i = 0; i < images; ++i) {
      for (std::int64_t p = 0; p < pixels; ++p) {
        f(i * image_stride + channel * channel_stride + p * pixel_stride);
      }
    }
  }
};

/// The mean of every channel, and Σ (x − mean)².
template <class T>
void channel_moments(const ChannelView& v, const T* x, double* mean, double* squares) {
  const double count = static_cast<double>(v.images * v.pixels);
  for (std::int64_t c = 0; c < v.channels; ++c) {
    double sum = 0, about_mean = 0;
    v.each(c, [&](std::int64_t at) { sum += x[at]; });
    const double m = sum / count;
    v.each(c, [&](std::int64_t at) { about_mean += (x[at] - m) * (x[at] - m); });
    mean[c] = m, squares[c] = about_mean;
  }
}

/// A ReLU behind y = scale · x + shift, by channel; null pointers: there is none.
template <class T>
struct Gate {
  const T* scale = nullptr;
  const T* shift = nullptr;

  /// dy where y > 0, else 0.
  T pass(T dy, T x, std::int64_t channel) const {
    if (scale == nullptr || scale[channel] * x + shift[channel] > 0) return dy;
    return 0;
  }
};

/// Σ dy and Σ dy (x − mean) of every channel, with what the gate lets through of dy.
template <class T>
void channel_gradient_sums(const ChannelView& v, const T* dy, const T* x,
                           const double* mean, double* sum, double* product,
                           const Gate<T>& gate = {}) {
  for (std::int64_t c = 0; c < v.channels; ++c) {
    sum[c] = product[c] = 0;
    v.each(c, [&](std::int64_t at) {
      const T g = gate.pass(dy[at], x[at], c);
      sum[c] += g;
      product[c] += g * (x[at] - mean[c]);
    });
  }
}

/// y = scale · x + shift, and with `relu` 0 where that is negative
template <class T>
void scale_channels(const ChannelView& v, T* y, const T* x, const T* scale,
                    const T* shift, bool relu = false) {
  for (std::int64_t c = 0; c < v.channels; ++c) {
    v.each(c, [&](std::int64_t at) {
      const T value = scale[c] * x[at] + shift[c];
      y[at] = relu && value < 0 ? 0 : value;
    });
  }
}

/// dx = a · dy + b · x + c, with what the gate lets through of dy
template <class T>
void combine_channels(const ChannelView& v, T* dx, const T* dy, const T* x, const T* a,
                      const T* b, const T* c, const Gate<T>& gate = {}) {
  for (std::int64_t k = 0; k < v.channels; ++k) {
    v.each(k, [&](std::int64_t at) {
      dx[at] = a[k] * gate.pass(dy[at], x[at], k) + b[k] * x[at] + c[k];
    });
  }
}

/// One row: y = (x − mean) · inverse · weight + bias.
template <class T>
void layer_norm_row(T* y, T* mean, T* inverse, const T* x, const T* weight,
                    const T* bias, std::int64_t n, double eps) {
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += x[i];
  const double m = sum / static_cast<double>(n);
  for (std::int64_t i = 0; i < n; ++i) squares += (x[i] - m) * (x[i] - m);
  const double inv = 1 / std::sqrt(squares / static_cast<double>(n) + eps);
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = static_cast<T>((x[i] - m) * inv * weight[i] + bias[i]);
  }
  *mean = static_cast<T>(m), *inverse = static_cast<T>(inv);
}

/// One row: see NormKernels::layer_norm_backward_rows.
template <class T>
void layer_norm_backward_row(T* dx, double* d_weight, double* d_bias, const T* dy,
                             const T* x, double mean, double inverse, const T* weight,
                             std::int64_t n) {
  double sum = 0, product = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double h = (x[i] - mean) * inverse, g = double(dy[i]) * weight[i];
    sum += g, product += g * h;
    d_weight[i] += dy[i] * h, d_bias[i] += dy[i];
  }
  if (dx == nullptr) return;
  const double count = static_cast<double>(n);
  for (std::int64_t i = 0; i < n; ++i) {
    const double h = (x[i] - mean) * inverse, g = double(dy[i]) * weight[i];
    dx[i] = static_cast<T>(inverse * (g - sum / count - h * product / count));
  }
}

}  // namespace cairn::kernels::reference
