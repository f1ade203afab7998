// Winograd's convolution: filters of 3 × 3 and stride 1 by fewer multiplications.
#pragma once

#include <algorithm>
#include <cstddef>

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/lanes.h"
#include "12-fast-convolution/layout.h"
#include "12-fast-convolution/tile.h"
#include "12-fast-convolution/toom_cook.h"

namespace ch12 {

// ANCHOR: apply
// out = matrix · in, for as many channels as L has lanes. Entry k of `in` begins at
// in + k * in_apart. The compiler writes the sums out and leaves out the zeros.
template <class L, class M>
CH12_INLINE void apply(const double* in, std::size_t in_apart, double* out,
                       std::size_t out_apart) {
  constexpr auto m = M::kMatrix;
  constexpr std::size_t rows = m.size(), cols = m[0].size();
  typename L::Vec entry[cols];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < cols; ++k)
    entry[k] = *reinterpret_cast<const typename L::VecAt*>(in + k * in_apart);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < rows; ++i) {
    typename L::Vec sum = {};
#pragma GCC unroll 8
    for (std::size_t k = 0; k < cols; ++k)
      if (m[i][k] != 0) sum += m[i][k] * entry[k];
    *reinterpret_cast<typename L::VecAt*>(out + i * out_apart) = sum;
  }
}

// For all channels: whole registers, then one by one.
template <class L, class M>
CH12_INLINE void apply(const double* in, std::size_t in_apart, double* out,
                       std::size_t out_apart, std::size_t channels) {
  std::size_t c = 0;
  for (; c + L::kCount <= channels; c += L::kCount)
    apply<L, M>(in + c, in_apart, out + c, out_apart);
  for (; c < channels; ++c) apply<Lanes<1>, M>(in + c, in_apart, out + c, out_apart);
}
// ANCHOR_END: apply
// matrix · tile · matrixᵀ: to the rows of the tile, then to its columns. Entry (i, j)
// begins at in + i * row + j * pixel; those of the result are `plane` numbers apart.
template <class L, class M>
CH12_INLINE void both_ways(const double* in, std::size_t row, std::size_t pixel,
                           double* out, std::size_t plane, std::size_t channels,
                           double* half) {
  constexpr std::size_t rows = M::kMatrix.size(), cols = M::kMatrix[0].size();
  for (std::size_t i = 0; i < cols; ++i)
    apply<L, M>(in + i * row, pixel, half + i * rows * channels, channels, channels);
  for (std::size_t j = 0; j < rows; ++j)
    apply<L, M>(half + j * channels, rows * channels, out + j * plane, rows * plane,
                channels);
}
// w [3·3·C × O] → a matrix [C × O] for each of the N·N entries of a transformed tile.
template <class F>
Flat winograd_weights(const Task& t, const Flat& w) {
  const std::size_t matrix = t.in.channels * t.filters;
  Flat u(F::kTile * F::kTile * matrix), half(F::kTile * 3 * matrix);
  run([&](auto lanes) CH12_LAMBDA {
    both_ways<decltype(lanes), typename F::Weights>(
        w.data(), 3 * matrix, matrix, u.data(), matrix, matrix, half.data());
  });
  return u;
}

// The tiles of one image. Each gives M × M responses and overlaps its neighbours.
template <class F>
struct TileGrid {
  static constexpr std::size_t m = F::kOut, n = F::kTile;
  Task t;
  std::size_t high, wide;

  explicit TileGrid(const Task& task)
      : t(task),
        high((t.out().height + m - 1) / m),
        wide((t.out().width + m - 1) / m) {}
  std::size_t tiles() const { return high * wide; }
  // The first response of tile k, counted over several images.
  std::size_t top(std::size_t k) const { return k % tiles() / wide * m; }
  std::size_t left(std::size_t k) const { return k % wide * m; }
};
// Where tile (i, j) of a framed image begins, and the distance of its rows. A tile that
// reaches beyond the frame is copied to where there are zeros beyond.
template <class F>
const double* pixels_of_tile(const Task& t, const double* image, std::size_t i,
                             std::size_t j, Flat& patch, std::size_t* row) {
  constexpr std::size_t n = F::kTile;
  const std::size_t c = t.in.channels, height = t.frame().height;
  const std::size_t width = t.frame().width;
  const double* corner = image + (i * width + j) * c;
  *row = width * c;
  if (i + n <= height && j + n <= width) return corner;
  patch.assign(n * n * c, 0.0);
  for (std::size_t a = 0; a < n && i + a < height; ++a)
    std::copy_n(corner + a * width * c, std::min(n, width - j) * c, &patch[a * n * c]);
  *row = n * c;
  return patch.data();
}
// V [N·N][tiles × C]: every tile of `count` images, transformed.
template <class F>
void into_tiles(const TileGrid<F>& grid, const double* images, std::size_t count,
                Flat& v) {
  const std::size_t c = grid.t.in.channels, tiles = count * grid.tiles();
  Flat patch, half(F::kTile * F::kTile * c);
  run([&](auto lanes) CH12_LAMBDA {
    for (std::size_t k = 0; k < tiles; ++k) {
      const double* image = images + k / grid.tiles() * grid.t.frame().size();
      std::size_t row = 0;
      const double* pixels =
          pixels_of_tile<F>(grid.t, image, grid.top(k), grid.left(k), patch, &row);
      both_ways<decltype(lanes), typename F::Pixels>(pixels, row, c, &v[k * c],
                                                     tiles * c, c, half.data());
    }
  });
}
// The way back, from [N·N][tiles × O] to responses. What hangs over is dropped.
template <class F>
void out_of_tiles(const TileGrid<F>& grid, const Flat& z, std::size_t count,
                  const Ending& ending, double* y) {
  constexpr std::size_t m = F::kOut;
  const std::size_t o = grid.t.filters, tiles = count * grid.tiles();
  const Shape out = grid.t.out();
  Flat square(m * m * o), half(m * F::kTile * o);
  run([&](auto lanes) CH12_LAMBDA {
    for (std::size_t k = 0; k < tiles; ++k) {
      double* const image = y + k / grid.tiles() * out.size();
      const std::size_t i = grid.top(k), j = grid.left(k);
      both_ways<decltype(lanes), typename F::Responses>(
          &z[k * o], F::kTile * tiles * o, tiles * o, square.data(), o, o, half.data());
      for (std::size_t a = 0; a < m && i + a < out.height; ++a)
        for (std::size_t b = 0; b < m && j + b < out.width; ++b)
          finish(&square[(a * m + b) * o], o, ending,
                 image + ((i + a) * out.width + j + b) * o);
    }
  });
}

// ANCHOR: by_winograd
constexpr std::size_t kTiles = 48;  // of a product, at least, where there are as many

template <class F>
Flat by_winograd(const Task& t, const Flat& x, const Flat& w,
                 const Ending& ending = {}) {
  const TileGrid<F> grid(t);
  const std::size_t entries = F::kTile * F::kTile, c = t.in.channels, o = t.filters;
  const Flat u = winograd_weights<F>(t, w);
  const std::size_t most = (kTiles + grid.tiles() - 1) / grid.tiles();  // images
  Flat y(t.places() * o), v(entries * most * grid.tiles() * c), z;
  for (std::size_t n = 0; n < t.images; n += most) {
    const std::size_t count = std::min(most, t.images - n);
    const std::size_t tiles = count * grid.tiles();
    into_tiles(grid, &x[n * t.frame().size()], count, v);
    z.assign(entries * tiles * o, 0.0);
    for (std::size_t e = 0; e < entries; ++e)
      ch11::gemm(tiles, o, c, &v[e * tiles * c], c, &u[e * c * o], o, &z[e * tiles * o],
                 o);
    out_of_tiles(grid, z, count, ending, &y[n * t.out().size()]);
  }
  return y;
}
// ANCHOR_END: by_winograd

}  // namespace ch12
