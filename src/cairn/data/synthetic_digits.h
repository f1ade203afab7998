#pragma once

#include <cstdint>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// Images of digits and which digit each shows.
struct Digits {
  Tensor images;  ///< u8 [N, 28, 28], white strokes on black
  Tensor labels;  ///< i64 [N], 0 … 9
};

/// Draws `count` handwritten-looking digits: the strokes of a digit in one of several
/// ways of writing it, each control point moved a little, the whole turned, scaled,
/// sheared, shifted and bent by a smooth random field (the elastic distortion of
/// Simard, Steinkraus and Platt, 2003), drawn by a soft round pen, with noise.
///
/// Sample i depends on (seed, i) alone: not on `count`, nor on the number of threads.
/// Throws ValueError for a negative count.
CAIRN_API Digits synthetic_digits(std::int64_t count, std::uint64_t seed = 0);

}  // namespace cairn::data
