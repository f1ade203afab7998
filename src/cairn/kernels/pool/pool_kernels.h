// Pooling, once per instruction set.
//
// Images that lie channels-last are pooled for a vector of channels at a time, whatever
// the window. Those that lie plane by plane have kernels for windows of 2 × 2 that move
// by 2. Everything else is left to the loops of ops/pool.cpp. pool_reference.h has the
// same in plain loops.
#pragma once

#include <cstdint>

namespace cairn::kernels {

/// Along one axis: the taps [first, last) of a window that lie inside the image, and
/// the pixel under the first of them.
struct PoolSpan {
  std::int64_t first, last, pixel;
};

/// A row of windows over an image that lies channels-last. Pixel (i, j) of the image's
/// rows begins at (i · width + j) · channels; kernels are given the image's beginning.
struct PoolRow {
  std::int64_t channels, width;
  std::int64_t positions;   ///< windows in the row
  PoolSpan rows;            ///< the same for all of them
  const PoolSpan* columns;  ///< one for each
  std::int64_t dilation[2];
  std::int64_t kernel_width;  ///< tap (p, q) has the number p · kernel_width + q
};

struct PoolKernels {
  // --- channels-last: y, dy and index are [positions, channels]
  /// The largest value and the number of its tap: the first of equal ones. NaN wins
  /// over numbers, the first over later ones. A window has at least one tap, and at
  /// most 256.
  void (*max_row)(float* y, std::uint8_t* index, const float* x, const PoolRow& row);
  /// share · Σ of the taps
  void (*mean_row)(float* y, const float* x, float share, const PoolRow& row);
  /// Each dy goes to the tap of its index, and 0 to the others: added to dx, or, where
  /// windows do not overlap, written over it.
  void (*max_row_backward)(float* dx, const float* dy, const std::uint8_t* index,
                           bool add, const PoolRow& row);
  /// share · dy goes to every tap, likewise.
  void (*mean_row_backward)(float* dx, const float* dy, float share, bool add,
                            const PoolRow& row);

  // --- planes: n windows of 2 × 2, side by side on two rows of 2 n pixels
  void (*max_2x2)(float* y, std::uint8_t* index, const float* upper, const float* lower,
                  std::int64_t n);
  void (*mean_2x2)(float* y, const float* upper, const float* lower, std::int64_t n);
  void (*max_2x2_backward)(float* upper, float* lower, const float* dy,
                           const std::uint8_t* index, std::int64_t n);
  void (*mean_2x2_backward)(float* upper, float* lower, const float* dy,
                            std::int64_t n);
};

extern const PoolKernels pool_scalar;
extern const PoolKernels pool_avx2;
extern const PoolKernels pool_avx512;

}  // namespace cairn::kernels
