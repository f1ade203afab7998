// What the passes of Winograd convolution share: tiles of images, and the planes that
// their transforms lie in.
#pragma once

#include <algorithm>
#include <cstdint>

#include <cairn/kernels/conv/winograd_kernels.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_kernels.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

/// Elements from one plane to the next for planes of `n` elements: whole cache lines,
/// and an odd number of them, so that the 36 places that a transform reads or writes at
/// once fall into different sets of the L1.
inline std::int64_t plane_stride(std::int64_t n) {
  constexpr std::int64_t kLine = 64 / sizeof(float);
  return (ceil_div(n, kLine) | 1) * kLine;
}

/// A batch of images, channels last.
template <class T>
struct Images {
  T* data;
  std::int64_t height, width, channels;

  /// Pointers to channel `c` of the N × N pixels of image `n` from (y, x) on, and to
  /// `outside` where there is no pixel.
  template <int N>
  void tile(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c, T* outside,
            T** pixels) const {
    T* image = data + n * height * width * channels + c;
    if (y >= 0 && y + N <= height && x >= 0 && x + N <= width) {
      for (int i = 0; i < N; ++i) {
        T* row = image + ((y + i) * width + x) * channels;
        for (int j = 0; j < N; ++j) *pixels++ = row + j * channels;
      }
      return;
    }
    for (int i = 0; i < N; ++i) {
      const bool inside = y + i >= 0 && y + i < height;
      const std::int64_t row = (y + i) * width + x;
      for (int j = 0; j < N; ++j) {
        const bool hit = inside && x + j >= 0 && x + j < width;
        *pixels++ = hit ? image + (row + j) * channels : outside;
      }
    }
  }
};

/// The tiles of 4 × 4 outputs of a batch, counted image by image, row by row.
struct TileGrid {
  std::int64_t batch, down, across;

  TileGrid(std::int64_t batch, std::int64_t out_height, std::int64_t out_width)
      : batch(batch),
        down(ceil_div(out_height, kWinogradOut)),
        across(ceil_div(out_width, kWinogradOut)) {}

  std::int64_t count() const { return batch * down * across; }

  /// f(t - begin, image, y, x) for each tile t of [begin, end): (y, x) is its first
  /// output.
  template <class F>
  void each(std::int64_t begin, std::int64_t end, F f) const {
    std::int64_t tx = begin % across, ty = begin / across % down;
    std::int64_t n = begin / across / down;
    for (std::int64_t t = begin; t < end; ++t) {
      f(t - begin, n, ty * kWinogradOut, tx * kWinogradOut);
      if (++tx < across) continue;
      tx = 0;
      if (++ty < down) continue;
      ty = 0;
      ++n;
    }
  }
};

}  // namespace cairn::kernels
