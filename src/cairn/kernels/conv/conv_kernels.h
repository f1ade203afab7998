// The part of convolution that is written once per instruction set. direct.cpp and
// weight_gradient.cpp put the loops around it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn::kernels {

constexpr int kMaxConvRows = 12;
constexpr int kMaxConvVectors = 4;

/// Tiles of a matrix product, one after the other down the rows of C, whose depth is
/// not one stretch of memory but outer × inner stretches: the taps of a filter, or the
/// rows of an image. A tile is R rows × V vectors and stays in registters until all of
/// the depth has passed.
template <class T>
struct ConvSweep {
  std::int64_t tiles;
  std::int64_t outer, inner, depth;
  /// A(r, p) of stretch (i, j): a[r * a_row + p * a_step + i * a_outer + j * a_inner].
  const T* a;
  std::int64_t a_row, a_step, a_inner, a_outer;
  /// B(p, ·), V·width elements side by side: b[p * b_step + i * b_outer + j * b_inner].
  const T* b;
  std::int64_t b_step, b_inner, b_outer;
  T* c;  ///< C(r, ·) = c[r * c_row]
  std::int64_t c_row;
  /// Rows as wide as B's that will be needed next: every tile asks for so many of them.
  const T* ahead;
  std::int64_t ahead_step, ahead_rows;
  int tail;         ///< columns in the last vector across: 1 … width
  bool accumulate;  ///< C += the sum, not C = the sum
  const T* bias;    ///< one value a column, or null
  bool relu;        ///< negative results become zero; NaN stays NaN
};

/// Pixels of results whose taps are short stretches of memory, as of images of few
/// channels, in pieces of one of the lengths in kPieces.
/// Result (j, ·) = bias + Σ x[from[j] + pieces[k] + p] · w(k, p, ·), p < the length.
template <class T>
struct ConvPixels {
  std::int64_t pixels, depth;
  const T* x;
  const std::int64_t* from;    ///< of each pixel
  const std::int64_t* pieces;  ///< depth / length of them
  const T* w;                  ///< whole vectors of filters, step after step
  T* y;
  std::int64_t y_step;
  int tail;       ///< columns in the last vector across: 1 … width
  const T* bias;  ///< one value a column, or null
  bool relu;      ///< negative results become zero; NaN stays NaN
};

/// Rows of 1, 3, 5 and 7 taps are of one channel; 9 are three taps of three channels.
constexpr int kPieceLengths = 6;
constexpr int kPieces[kPieceLengths] = {1, 3, 4, 5, 7, 9};

template <class T>
struct ConvPixelKernels {
  using Kernel = void (*)(const ConvPixels<T>&);
  Kernel of_length[kPieceLengths];
};

/// A row of pixels of which each channel has a filter of its own (depthwise
/// convolution), outer × inner taps. Vectors run along the channels.
/// y(j, c) = bias(c) + Σ over taps of x · w.
template <class T>
struct DepthwiseForward {
  std::int64_t pixels, channels;
  std::int64_t outer, inner;
  /// Tap (p, q) of pixel j meets x[j * x_step + p * x_outer + q * x_inner][channel]:
  /// beyond the edges of an image lie addresses of zeros.
  const T* const* x;
  std::int64_t x_step, x_inner, x_outer;
  const T* w;  ///< w[p * w_outer + q * w_step + channel]
  std::int64_t w_outer, w_step;
  T* y;
  std::int64_t y_step;
  const T* bias;  ///< or null
  bool relu;
  /// What the next rows will meet, in the order of memory: so many elements of x and y
  /// for each result of this row, or none.
  const T* x_ahead;
  const T* y_ahead;
  std::int64_t x_share, y_share;
};

/// dw(p, q, c) += Σ over pixels of x · dy.
template <class T>
struct DepthwiseGradient {
  std::int64_t pixels, channels;
  std::int64_t outer, inner;
  /// Tap (p, q) of pixel j meets x[j * x_step + p * x_outer + q * x_inner + channel].
  const T* x;
  std::int64_t x_step, x_inner, x_outer;
  const T* dy;
  std::int64_t dy_step;
  T* dw;  ///< dw[p * dw_outer + q * dw_step + channel]
  std::int64_t dw_outer, dw_step;
};

/// The kernels of one instruction set for one element type.
template <class T>
struct ConvOps {
  using Kernel = void (*)(const ConvSweep<T>&);

  int width;                           ///< elements in a vector
  int tile_rows[kMaxConvVectors + 1];  ///< tallest tile, by vectors across
  Kernel sweep[kMaxConvVectors + 1][kMaxConvRows + 1];  ///< [vectors][rows]

  ConvPixelKernels<T> pixels[kMaxConvVectors + 1];  ///< by vectors across

  void (*depthwise_forward)(const DepthwiseForward<T>&);
  void (*depthwise_gradient)(const DepthwiseGradient<T>&);
};

struct ConvKernels {
  ConvOps<float> f32;
  ConvOps<double> f64;
};

extern const ConvKernels conv_scalar;
extern const ConvKernels conv_avx2;
extern const ConvOps<float> conv_avx512;  // doubles: those of AVX2, see table.h

}  // namespace cairn::kernels
