// Which way a convolution is computed.
#pragma once

#include <cairn/export.h>

namespace cairn {

/// How convolutions are computed. Winograd's algorithm needs a quarter of the
/// multiplications, for 3 × 3 filters of stride 1 in f32, and rounds otherwise than the
/// definition: errors stay below 1.2e-7 · √channels of the outputs' root mean square
/// (random operands, at least 32 channels), about twice those of plain summation.
enum class ConvAlgorithm {
  automatic,  ///< Winograd's where it is faster, judged by the shape alone
  direct,     ///< always by the definition's sums
  winograd    ///< Winograd's wherever it is possible
};

/// What is in use: automatic, until set_conv_algorithm() or the environment variable
/// CAIRN_CONV (auto, direct or winograd; read once, on first use) says otherwise.
/// Throws ValueError if CAIRN_CONV holds anything else.
CAIRN_API ConvAlgorithm conv_algorithm();
/// Chooses for all convolutions that follow, on every thread.
CAIRN_API void set_conv_algorithm(ConvAlgorithm algorithm);

namespace kernels {

/// The choice behind conv_algorithm(): `requested` is the text of CAIRN_CONV, null or
/// empty for "auto".
CAIRN_API ConvAlgorithm choose_conv_algorithm(const char* requested);

struct ConvShape;

/// Whether this convolution goes Winograd's way, forward and for its input, or for its
/// weights: the one place where that is decided. Only for f32.
bool takes_winograd(const ConvShape& shape, bool weight_gradient = false);

}  // namespace kernels
}  // namespace cairn
