// Normalisation, once per instruction set: sums over a batch for every channel, sums
// over a row, and what is made of them.
//
// Arrays are contiguous f32 of any alignment; sizes may be 0. Where images lie
// channels-last they are a matrix [rows, cols] whose columns are the channels; where
// they lie plane by plane, each kernel is given one plane. norm_reference.h has the
// same in plain loops.
#pragma once

#include <cstdint>

namespace cairn::kernels {

/// A ReLU behind y = scale · x + shift: gradients count only where y > 0, which x tells
/// again, so that y need not be kept. Numbers of the columns or of the one plane; null
/// pointers: there is no ReLU.
struct ReluGate {
  const float* scale = nullptr;
  const float* shift = nullptr;

  explicit operator bool() const { return scale != nullptr; }
  /// That of column or channel c alone.
  ReluGate at(std::int64_t c) const {
    return scale != nullptr ? ReluGate{scale + c, shift + c} : *this;
  }
};

struct NormKernels {
  // --- sums for batch normalisation, added to what is there. Single precision for 64
  // rows, or some hundred elements, at the most, then double.
  /// With d = x − pivot: sum += Σ d, product += Σ d².
  void (*moments_of_columns)(double* sum, double* product, const float* x,
                             const float* pivot, std::int64_t rows, std::int64_t cols);
  void (*moments_of_plane)(double* sum, double* product, const float* x, float pivot,
                           std::int64_t n);
  /// With d = x − pivot: sum += Σ dy, product += Σ dy · d, where the gate is open.
  void (*gradient_sums_of_columns)(double* sum, double* product, const float* dy,
                                   const float* x, const float* pivot,
                                   std::int64_t rows, std::int64_t cols, ReluGate gate);
  void (*gradient_sums_of_plane)(double* sum, double* product, const float* dy,
                                 const float* x, float pivot, std::int64_t n,
                                 ReluGate gate);

  // --- elementwise, with numbers of the column's or the plane's own
  /// y = scale · x + shift, and with `relu` 0 where that is negative
  void (*scale_columns)(float* y, const float* x, const float* scale,
                        const float* shift, std::int64_t rows, std::int64_t cols,
                        bool relu);
  void (*scale_plane)(float* y, const float* x, float scale, float shift,
                      std::int64_t n, bool relu);
  /// dx = a · dy + b · x + c, with dy as 0 where the gate is shut
  void (*combine_columns)(float* dx, const float* dy, const float* x, const float* a,
                          const float* b, const float* c, std::int64_t rows,
                          std::int64_t cols, ReluGate gate);
  void (*combine_plane)(float* dx, const float* dy, const float* x, float a, float b,
                        float c, std::int64_t n, ReluGate gate);

  // --- layer normalisation: each row of [rows, n] on its own, read from memory once
  /// y = (x − mean) · inverse · weight + bias, with the row's mean and
  /// inverse = 1 / √(variance + eps), which are kept. weight and bias may both be null.
  void (*layer_norm_rows)(float* y, float* mean, float* inverse, const float* x,
                          const float* weight, const float* bias, std::int64_t rows,
                          std::int64_t n, float eps);
  /// With h = (x − mean) · inverse and g = dy · weight:
  ///
  ///     dx = inverse · (g − Σ g / n − h · Σ g h / n)
  ///     d_weight += Σ dy · h,  d_bias += Σ dy   (over the rows)
  ///
  /// dx may be null. `partial` is room for 2 n floats, where 64 rows are added up
  /// before they go to the sums in double.
  void (*layer_norm_backward_rows)(float* dx, double* d_weight, double* d_bias,
                                   float* partial, const float* dy, const float* x,
                                   const float* mean, const float* inverse,
                                   const float* weight, std::int64_t rows,
                                   std::int64_t n);
};

extern const NormKernels norm_scalar;
extern const NormKernels norm_avx2;
extern const NormKernels norm_avx512;

}  // namespace cairn::kernels
