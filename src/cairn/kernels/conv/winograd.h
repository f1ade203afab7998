// Convolution with 3 × 3 taps by Winograd's algorithm: 36 multiplications where the
// definition has 144.
#pragma once

#include <cstdint>

#include <cairn/export.h>
#include <cairn/kernels/table.h>

namespace cairn::kernels {

/// A convolution with 3 × 3 taps, stride 1, dilation 1 and one group. Images lie dense
/// with their channels last; weights as the library's users see them, contiguous:
///
/// | array | shape |
/// |---|---|
/// | x | batch × height × width × channels |
/// | weight | out × channels × 3 × 3 |
/// | bias | out |
/// | y | batch × out_height() × out_width() × out |
struct WinogradShape {
  std::int64_t batch = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  std::int64_t out = 0;
  std::int64_t pad_h = 0;  ///< rows of zeros above and below: 0, 1 or 2
  std::int64_t pad_w = 0;  ///< columns of zeros left and right: 0, 1 or 2

  std::int64_t out_height() const { return height + 2 * pad_h - 2; }
  std::int64_t out_width() const { return width + 2 * pad_w - 2; }
};

/// y ← relu(weight ∗ x + bias); `bias` may be null, and without `relu` nothing is
/// clipped.
///
/// F(4 × 4, 3 × 3): four by four outputs at a time, by values at the points 0, ±2/3,
/// ±3/2 and ∞. Relative to the root mean square of the outputs, that of the rounding
/// errors is below 1.2e-7 · √channels (random operands, at least 32 channels), twice
/// what a plain sum in f32 has. Results do not depend on the number of threads.
///
/// Throws ValueError for sizes that make no convolution.
CAIRN_API void winograd_forward(const WinogradShape& shape, const float* x,
                                const float* weight, const float* bias, bool relu,
                                float* y, const KernelTable& table = kernels());

/// dx ← the gradient of the input, given that of the output: a convolution of dy with
/// the taps turned by 180 degrees and the roles of the channels exchanged.
CAIRN_API void winograd_input_gradient(const WinogradShape& shape, const float* dy,
                                       const float* weight, float* dx,
                                       const KernelTable& table = kernels());

/// dweight ← the gradient of the weights: F(3 × 3, 4 × 4), tiles of x correlated with
/// tiles of dy, at the same points.
CAIRN_API void winograd_weight_gradient(const WinogradShape& shape, const float* x,
                                        const float* dy, float* dweight,
                                        const KernelTable& table = kernels());

/// Whether Winograd's way is likely to be faster than direct summation at nine tenths
/// of the processor's peak: an estimate from the sizes alone, so that the same layer is
/// always computed in the same way. It needs some 16 channels on both sides, and images
/// that fill their tiles: outputs of 5 × 5 leave three fifths of four tiles empty. The
/// gradient of the weights has more to do for each of them: its sums come in parts.
CAIRN_API bool winograd_pays(const WinogradShape& shape, bool weight_gradient = false);

}  // namespace cairn::kernels
