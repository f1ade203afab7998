// Convolution of several images abreast: a vector holds the same number of as many
// images as it has lanes, so that it is full whatever the channels. abreast.inc has the
// kernels, abreast.cpp and abreast_weights.cpp the loops around them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn::kernels {

constexpr int kMaxAbreastRows = 6;
constexpr int kMaxAbreastAcross = 12;

/// Tiles of R channels × P pixels of a result, side by side along a row. Every number
/// of an image is a vector of `width` elements here.
template <class T>
struct AbreastTiles {
  std::int64_t tiles;
  /// The taps: outer × inner stretches of `depth` numbers one after the other.
  std::int64_t outer, inner, depth;
  const T* x;  ///< the stretch of the first pixel; elements from one to the next:
  std::int64_t x_pixel, x_inner, x_outer;
  /// Where stretches are short, all of them as one: number k of `depth` lies at
  /// x[offsets[k]]. Null: as above.
  const std::int64_t* offsets;
  const T* w;  ///< R numbers for each number of a stretch
  std::int64_t w_inner, w_outer;
  T* y;  ///< channel r of pixel j is y[j * y_pixel + r * width]
  std::int64_t y_pixel;
  const T* bias;  ///< R numbers, or null
  bool relu;      ///< negative results become zero; NaN stays NaN
};

/// sum[r * sum_row + k * width] += Σ over rows and pixels of dy(r) · x(k), for R
/// channels of dy and K numbers of x that lie one after the other.
template <class T>
struct AbreastSums {
  std::int64_t rows, pixels;
  const T* x;
  std::int64_t x_row, x_pixel;
  const T* dy;
  std::int64_t dy_row, dy_pixel;
  T* sum;
  std::int64_t sum_row;
};

/// The kernels of one instruction set for one element type.
template <class T>
struct AbreastOps {
  using Tiles = void (*)(const AbreastTiles<T>&);
  using Sums = void (*)(const AbreastSums<T>&);

  int width;  ///< elements in a vector
  /// Pixels in the widest tile, numbers of x in the widest of sums, by its channels.
  int most_across[kMaxAbreastRows + 1];
  Tiles tiles[kMaxAbreastRows + 1][kMaxAbreastAcross + 1];  ///< [channels][pixels]
  Sums sums[kMaxAbreastRows + 1][kMaxAbreastAcross + 1];    ///< [channels][numbers]

  /// to[i * width + l] = from[l * image + i] for i < count; lanes l from `images` on
  /// become zero.
  void (*gather)(const T* from, std::int64_t image, int images, std::int64_t count,
                 T* to);
  /// The reverse, for the first `images` lanes.
  void (*scatter)(const T* from, std::int64_t count, T* to, std::int64_t image,
                  int images);
};

struct AbreastKernels {
  AbreastOps<float> f32;
  AbreastOps<double> f64;
};

extern const AbreastKernels abreast_scalar;
extern const AbreastKernels abreast_avx2;
extern const AbreastOps<float> abreast_avx512;  // doubles: those of AVX2, see table.h

}  // namespace cairn::kernels
