// The part of Winograd convolution that is written once per instruction set: the
// transforms of tiles, vectorised over channels. winograd_forward.cpp and
// winograd_weight_gradient.cpp put the loops and the products around them.
#pragma once

#include <cstdint>

namespace cairn::kernels {

constexpr int kWinogradOut = 4;      ///< a tile of the output is 4 × 4 pixels
constexpr int kWinogradIn = 6;       ///< and needs 6 × 6 of the input
constexpr int kWinogradPlanes = 36;  ///< values of a tile once it is transformed

/// Where 36 transformed values lie: value k of channel c at data[k * plane + c].
struct WinogradPlanes {
  float* data;
  std::int64_t plane;
};

/// The kernels of one instruction set. A pixel is a pointer to its channels; what lies
/// outside the image is a pointer to zeros, or, for what is written, to waste. Rows of
/// planes have room for a multiple of `width` channels: all of it is written, zeros
/// where there is no channel, and all of it may be read. A pixel has no such room.
/// What the letters mean: winograd_transform.inc.
struct WinogradKernels {
  std::int64_t width;  ///< channels in a vector

  /// planes ← Bᵀ d B of the 6 × 6 pixels d
  void (*input)(const float* const* pixels, std::int64_t channels, WinogradPlanes out);

  /// pixels (4 × 4) ← relu(Aᵀ m A + bias); `bias` may be null
  void (*output)(WinogradPlanes in, std::int64_t channels, const float* bias, bool relu,
                 float* const* pixels);

  /// planes ← G g Gᵀ of the 3 × 3 taps g; tap q of column j at taps[q * step + j].
  /// `columns` is a multiple of `width`. `flip` turns the taps by 180 degrees.
  void (*weight)(const float* taps, std::int64_t step, bool flip, std::int64_t columns,
                 WinogradPlanes out);

  /// planes ← G₄ z G₄ᵀ of the 4 × 4 pixels z of the output's gradient
  void (*output_gradient)(const float* const* pixels, std::int64_t channels,
                          WinogradPlanes out);

  /// taps ← A₃ᵀ m A₃, where m is the sum of `parts` sets of planes that lie `part`
  /// elements apart; taps and columns as above.
  void (*weight_gradient)(WinogradPlanes in, std::int64_t parts, std::int64_t part,
                          std::int64_t columns, float* taps, std::int64_t step);
};

extern const WinogradKernels winograd_scalar;
extern const WinogradKernels winograd_avx2;
extern const WinogradKernels winograd_avx512;

}  // namespace cairn::kernels
