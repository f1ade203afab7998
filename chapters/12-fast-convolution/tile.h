// Convolution with all sums of a tile of responses in registers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "12-fast-convolution/lanes.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// ANCHOR: panels
// Filters of a tile: two registers.
inline std::size_t panel_width() { return 2 * active_lanes(); }

// w [D × O] → for every so many filters their D rows, with zeros where filters end.
inline Flat panels(const Flat& w, std::size_t filters) {
  const std::size_t width = panel_width(), depth = w.size() / filters;
  Flat result((filters + width - 1) / width * depth * width);
  double* to = result.data();
  for (std::size_t o = 0; o < filters; o += width)
    for (std::size_t d = 0; d < depth; ++d, to += width)
      std::copy_n(&w[d * filters + o], std::min(width, filters - o), to);
  return result;
}
// ANCHOR_END: panels

// The way back: panels of D rows → [D × O].
inline Flat unpanelled(const Flat& packed, std::size_t depth, std::size_t filters) {
  const std::size_t width = panel_width();
  Flat result(depth * filters);
  const double* from = packed.data();
  for (std::size_t o = 0; o < filters; o += width)
    for (std::size_t d = 0; d < depth; ++d, from += width)
      std::copy_n(from, std::min(width, filters - o), &result[d * filters + o]);
  return result;
}

// ANCHOR: tile
// Places side by side, and what the window covers there: `high` runs of `run` numbers.
struct Places {
  const double* x;          // the upper left corner of the first one
  std::size_t down, right;  // to the next run, and to the next place
  std::size_t high, run;

  std::size_t depth() const { return high * run; }
};

// The same with every number under the window named, counted from the corner.
struct Listed {
  const double* x;
  std::size_t right;
  const std::size_t* offsets;
  std::size_t count;

  std::size_t depth() const { return count; }
};

template <std::size_t kPlaces, class L>
struct Tile {
  using Vec = typename L::Vec;
  using VecAt = typename L::VecAt;
  Vec sum[kPlaces][2];

  // Adds all taps of all its places. The sums are in registers until the last.
  CH12_INLINE void add(const Places& at, const double* panel) {
    for (std::size_t p = 0; p < at.high; ++p) {
      const double* x = at.x + p * at.down;
      for (std::size_t d = 0; d < at.run; ++d, ++x, panel += 2 * L::kCount)
        step(x, at.right, panel);
    }
  }

  // The same for any list of numbers under the window, in one loop.
  CH12_INLINE void add(const Listed& at, const double* panel) {
    for (std::size_t d = 0; d < at.count; ++d, panel += 2 * L::kCount)
      step(at.x + at.offsets[d], at.right, panel);
  }

  // One number of each place, times one weight of each filter.
  CH12_INLINE void step(const double* x, std::size_t right, const double* panel) {
    const Vec w0 = *reinterpret_cast<const VecAt*>(panel);
    const Vec w1 = *reinterpret_cast<const VecAt*>(panel + L::kCount);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kPlaces; ++r) {
      sum[r][0] += x[r * right] * w0;
      sum[r][1] += x[r * right] * w1;
    }
  }
  // ANCHOR_END: tile

  // Sums begin as what lies at `from`, those of the next place `apart` numbers on.
  CH12_INLINE void begin(const double* from, std::size_t apart) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kPlaces; ++r) {
      sum[r][0] = *reinterpret_cast<const VecAt*>(from + r * apart);
      sum[r][1] = *reinterpret_cast<const VecAt*>(from + r * apart + L::kCount);
    }
  }
  // The first `count` responses of each place; the places lie `apart` numbers apart.
  CH12_INLINE void store(bool relu, double* y, std::size_t apart, std::size_t count) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kPlaces; ++r) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < 2; ++v) {
        const Vec s = relu ? sum[r][v] > 0 ? sum[r][v] : Vec{} : sum[r][v];
        double* const to = y + r * apart + v * L::kCount;
        if (count == 2 * L::kCount) *reinterpret_cast<VecAt*>(to) = s;
        else
          for (std::size_t l = 0; l < L::kCount && v * L::kCount + l < count; ++l)
            to[l] = s[l];
      }
    }
  }
};
// What is done to a sum before it is stored.
struct Ending {
  const double* bias = nullptr;  // [O], or none
  bool relu = false;
};

// The same for the sums of one place, where they are in memory already.
CH12_INLINE void finish(const double* sums, std::size_t filters, const Ending& ending,
                        double* y) {
  for (std::size_t o = 0; o < filters; ++o) {
    const double s = ending.bias ? sums[o] + ending.bias[o] : sums[o];
    y[o] = ending.relu && s < 0 ? 0 : s;
  }
}

// ANCHOR: row
template <std::size_t kPlaces, class L, class Row>
CH12_INLINE void one_tile(const Row& at, const double* panel, const double* bias,
                          bool relu, double* y, std::size_t apart, std::size_t count) {
  Tile<kPlaces, L> tile;
  tile.begin(bias, 0);
  tile.add(at, panel);
  tile.store(relu, y, apart, count);
}

// `width` places and all filters: y(j, o) is y[j * apart + o].
template <class L, class Row>
CH12_INLINE void one_row(const Row& row, std::size_t width, const Flat& panels,
                         std::size_t filters, const Ending& ending, double* y,
                         std::size_t apart) {
  constexpr std::size_t kPanel = 2 * L::kCount;
  const double* panel = panels.data();
  for (std::size_t o = 0; o < filters; o += kPanel) {
    const std::size_t count = std::min(kPanel, filters - o);
    double bias[kPanel] = {};
    if (ending.bias) std::copy_n(ending.bias + o, count, bias);
    Row at = row;
    const auto tiles = [&](auto places, std::size_t& j) CH12_LAMBDA {
      constexpr std::size_t kPlaces = decltype(places)::value;
      for (; j + kPlaces <= width; j += kPlaces, at.x += kPlaces * at.right)
        one_tile<kPlaces, L>(at, panel, bias, ending.relu, y + j * apart + o, apart,
                             count);
    };
    std::size_t j = 0;
    tiles(std::integral_constant<std::size_t, 6>{}, j);
    tiles(std::integral_constant<std::size_t, 4>{}, j);
    tiles(std::integral_constant<std::size_t, 1>{}, j);
    panel += row.depth() * kPanel;
  }
}
// ANCHOR_END: row
inline Flat by_tiles(const Task& t, const Flat& x, const Flat& w,
                     const Ending& ending = {}) {
  Flat y(t.places() * t.filters);
  const Flat packed = panels(w, t.filters);
  const std::size_t width = t.out().width, down = t.frame().width * t.in.channels;
  run([&](auto lanes) CH12_LAMBDA {
    for (std::size_t r = 0; r < t.rows(); ++r) {
      const Places row{&x[t.row(r, 0)], down, t.step(), t.window.size, t.run()};
      one_row<decltype(lanes)>(row, width, packed, t.filters, ending,
                               &y[r * width * t.filters], t.filters);
    }
  });
  return y;
}

}  // namespace ch12
