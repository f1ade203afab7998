// The two backward passes, made of the same tiles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "12-fast-convolution/tile.h"

namespace ch12 {

// ANCHOR: turned
// For stride 1 the input gradient is a convolution of dy, in a frame of K - 1 - P.
inline Task turned_task(const Task& t) {
  return {t.images,
          t.out(),
          {t.window.size, 1, t.window.size - 1 - t.window.padding},
          t.in.channels};
}

// w [K·K·C × O] → [K·K·O × C]: the taps from the last to the first, and every matrix
// transposed.
inline Flat turned(const Task& t, const Flat& w) {
  const std::size_t square = t.window.size * t.window.size;
  const std::size_t channels = t.in.channels, filters = t.filters;
  Flat result(w.size());
  for (std::size_t tap = 0; tap < square; ++tap)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t o = 0; o < filters; ++o)
        result[((square - 1 - tap) * filters + o) * channels + c] =
            w[(tap * channels + c) * filters + o];
  return result;
}
// ANCHOR_END: turned

// ANCHOR: phase_taps
// Along one side: pixels a, a + S, a + 2S, … of the frame meet the taps a, a + S, …
struct Phase {
  std::size_t taps;    // how many these are
  std::size_t pixels;  // how many pixels some window reaches
};

inline Phase phase(std::size_t a, std::size_t length, std::size_t places,
                   const Window& window) {
  const std::size_t stride = window.stride;
  if (a >= window.size) return {0, 0};
  const std::size_t taps = (window.size - a + stride - 1) / stride;
  return {taps, std::min((length - a + stride - 1) / stride, places + taps - 1)};
}

// The weights of phase (a, b) as filters from O to C: [Ka·Kb·O × C], turned.
inline Flat phase_weights(const Task& t, const Flat& w, std::size_t a, std::size_t b,
                          std::size_t high, std::size_t wide) {
  const std::size_t k = t.window.size, s = t.window.stride;
  const std::size_t channels = t.in.channels, filters = t.filters;
  Flat result(high * wide * filters * channels);
  double* to = result.data();
  for (std::size_t p = high; p-- > 0;)
    for (std::size_t q = wide; q-- > 0;) {
      const double* tap = &w[((a + s * p) * k + b + s * q) * channels * filters];
      for (std::size_t o = 0; o < filters; ++o)
        for (std::size_t c = 0; c < channels; ++c) *to++ = tap[c * filters + o];
    }
  return result;
}
// ANCHOR_END: phase_taps

// The frame of dy that all phases can do with.
inline std::size_t phase_frame(const Task& t) {
  return (t.window.size - 1) / t.window.stride;
}

// ANCHOR: by_phases
// dL/dx in its frame, for any stride. dy is framed by phase_frame().
inline Flat by_phases(const Task& t, const Flat& dy, const Flat& w) {
  const Shape frame = t.frame(), out = t.out();
  const std::size_t margin = phase_frame(t), s = t.window.stride, c = t.in.channels;
  const Shape large = ch06::framed(out, margin);
  const std::size_t down = large.width * t.filters;
  Flat dx(t.images * frame.size());
  for (std::size_t a = 0; a < s; ++a)
    for (std::size_t b = 0; b < s; ++b) {
      const Phase v = phase(a, frame.height, out.height, t.window);
      const Phase h = phase(b, frame.width, out.width, t.window);
      if (v.taps == 0 || h.taps == 0) continue;
      const Flat packed = panels(phase_weights(t, w, a, b, v.taps, h.taps), c);
      run([&](auto lanes) CH12_LAMBDA {
        for (std::size_t r = 0; r < t.images * v.pixels; ++r) {
          const std::size_t n = r / v.pixels, m = r % v.pixels;
          const std::size_t top = n * large.height + m + margin + 1 - v.taps;
          const std::size_t left = margin + 1 - h.taps;
          const Places row{&dy[(top * large.width + left) * t.filters], down, t.filters,
                           v.taps, h.taps * t.filters};
          double* to = &dx[((n * frame.height + m * s + a) * frame.width + b) * c];
          one_row<decltype(lanes)>(row, h.pixels, packed, c, {}, to, s * c);
        }
      });
    }
  return dx;
}
// ANCHOR_END: by_phases

// Places of a strip: their pixels and slopes stay in the nearest cache.
constexpr std::size_t kStrip = 64;

// ANCHOR: outer
// K·C numbers that a row of taps meets at one place, times dy there, over the places of
// a strip: sums [run × panel], six numbers to a tile.
template <class L>
CH12_INLINE void add_strip(const Task& t, const Flat& x, std::size_t first,
                           std::size_t rows, std::size_t p, const double* dy,
                           double* sums) {
  constexpr std::size_t kPanel = 2 * L::kCount;
  const std::size_t width = t.out().width;
  const auto tiles = [&](auto numbers, std::size_t& d) CH12_LAMBDA {
    constexpr std::size_t kNumbers = decltype(numbers)::value;
    for (; d + kNumbers <= t.run(); d += kNumbers) {
      Tile<kNumbers, L> tile;
      tile.begin(sums + d * kPanel, kPanel);
      const double* slopes = dy;
      for (std::size_t r = first; r < first + rows; ++r) {
        const double* at = &x[t.row(r, p)] + d;
        for (std::size_t j = 0; j < width; ++j, at += t.step(), slopes += kPanel)
          tile.step(at, 1, slopes);
      }
      tile.store(false, sums + d * kPanel, kPanel, kPanel);
    }
  };
  std::size_t d = 0;
  tiles(std::integral_constant<std::size_t, 6>{}, d);
  tiles(std::integral_constant<std::size_t, 4>{}, d);
  tiles(std::integral_constant<std::size_t, 1>{}, d);
}
// ANCHOR_END: outer

// ANCHOR: weight_gradient
// dL/dw [K·K·C × O] = columnsᵀ · dy, over all places, and no column is written.
inline Flat weight_gradient(const Task& t, const Flat& x, const Flat& dy) {
  const std::size_t wide = panel_width(), width = t.out().width;
  const std::size_t most = std::max<std::size_t>(1, kStrip / width);  // rows of a strip
  const Flat slopes = panels(dy, t.filters);
  Flat sums((t.filters + wide - 1) / wide * t.depth() * wide);
  run([&](auto lanes) CH12_LAMBDA {
    for (std::size_t r = 0; r < t.rows(); r += most)
      for (std::size_t o = 0; o < t.filters; o += wide)
        for (std::size_t p = 0; p < t.window.size; ++p)
          add_strip<decltype(lanes)>(t, x, r, std::min(most, t.rows() - r), p,
                                     &slopes[o * t.places() + r * width * wide],
                                     &sums[o * t.depth() + p * t.run() * wide]);
  });
  return unpanelled(sums, t.depth(), t.filters);
}
// ANCHOR_END: weight_gradient

// dL/db: the sum over all places.
inline Flat bias_gradient(const Flat& dy, std::size_t filters) {
  Flat result(filters);
  for (std::size_t k = 0; k < dy.size(); k += filters)
    for (std::size_t o = 0; o < filters; ++o) result[o] += dy[k + o];
  return result;
}

}  // namespace ch12
