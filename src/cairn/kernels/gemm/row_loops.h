// The loops for products of little depth, for very few rows, and for small ones.
//
//   for pc: depth, kc at a time
//     for jc: a strip of B, nc columns     stays in the L1 (copy it, if transposed)
//       for ir: a tile of rows
//         for jr: along the strip          one call of a kernel
//
// With a depth of 10 a product is as much about writing C as about sums. A column of
// tiles writes one line in each of a hundred pages; along the rows C is written from
// end to end. Deeper ones that are small exchange the two inner loops. Nothing is
// copied that lies well, and little is asked before work begins: 16³ is 256 FMAs on
// vectors, and a division takes as long as two dozen of them.
#pragma once

#include <algorithm>

#include <cairn/core/parallel.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

template <class T>
class RowLoops {
 public:
  /// Up to here C counts. Columns of A are lines of which a tile takes a part, so that
  /// a deeper Aᵀ is better copied.
  static bool is_shallow(const GemmCall<T>& g) {
    return g.k <= (g.trans_a == Trans::no ? 32 : 8);
  }

  /// Whether these loops are the ones to take.
  static bool suit(const GemmOps<T>& ops, const GemmCall<T>& g) {
    if (is_shallow(g)) return true;
    if (g.m <= kFewRows && g.k * round_up(g.n, ops.width) * kSize <= kStripBytes)
      return true;
    if (g.m == 1 || g.trans_b == Trans::yes)
      return false;  // the whole of B is but read
    return g.m <= ops.tile_rows[ops.panel_vectors];
  }

  RowLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        vectors_(tile_vectors(ops, call)),
        columns_(vectors_ * ops.width),
        tallest_(ops.tile_rows[vectors_]),
        copies_b_(call.trans_b == Trans::yes),
        along_rows_(call.m <= tallest_ || (is_shallow(call) && call.n > 4 * columns_)),
        kc_(depth(call)),
        nc_(strip(call)) {}

  void run() const {
    const std::int64_t tiles = g_.m <= tallest_ ? 1 : ceil_div(g_.m, tallest_);
    const bool parallel =
        2.0 * g_.m * g_.n * g_.k >= kParallelFlops && num_threads() > 1;
    if (!parallel) return run_part(0, g_.m, tiles, 0, g_.n);
    const std::int64_t parts = 4 * num_threads();
    if (tiles >= parts) {
      const Split rows{g_.m, tiles};
      return parallel_for(tiles, ceil_div(tiles, parts), [&](auto begin, auto end) {
        const std::int64_t i = rows.begin(begin);
        run_part(i, rows.begin(end), ceil_div(rows.begin(end) - i, tallest_), 0, g_.n);
      });
    }
    const std::int64_t panels = ceil_div(g_.n, columns_);
    parallel_for(panels, ceil_div(panels, parts), [&](auto begin, auto end) {
      run_part(0, g_.m, tiles, begin * columns_, std::min(end * columns_, g_.n));
    });
  }

 private:
  static constexpr std::int64_t kSize = sizeof(T);
  static constexpr std::int64_t kStripBytes = 16 * 1024;  // half of the L1
  static constexpr std::int64_t kFarDepth = 32;

  /// Few columns are taken by the narrowest tile.
  static std::int64_t tile_vectors(const GemmOps<T>& ops, const GemmCall<T>& g) {
    std::int64_t vectors = widest_tile(ops, g.m);
    while (vectors > 1 && (vectors - 1) * ops.width >= g.n) --vectors;
    return vectors;
  }
  /// All of k, unless the rows of B are many and far: then few enough of them for
  /// each to be read from end to end.
  static std::int64_t depth(const GemmCall<T>& g) {
    const bool far = g.k * g.n * kSize > cache_sizes().l2 / 2;
    return far ? std::min(g.k, kFarDepth) : g.k;
  }
  std::int64_t strip(const GemmCall<T>& g) const {
    if (g.m <= tallest_ && !copies_b_) return g.n;
    if (kc_ * round_up(g.n, ops_.width) * kSize <= kStripBytes) return g.n;
    return std::max<std::int64_t>(1, kStripBytes / kSize / (kc_ * columns_)) * columns_;
  }

  /// Rows [i, i_end) in so many tiles, columns [j, j_end).
  void run_part(std::int64_t i, std::int64_t i_end, std::int64_t tiles, std::int64_t j,
                std::int64_t j_end) const {
    alignas(64) T copied[kStripBytes / kSize];
    GemmTile<T> t{};
    t.c_row = g_.ldc;
    t.a_row = g_.trans_a == Trans::no ? g_.lda : 1;
    t.a_step = g_.trans_a == Trans::no ? 1 : g_.lda;
    t.b_ahead = t.b_ahead_next = 8;
    for (std::int64_t p = 0; p < g_.k; p += kc_) {
      t.k = std::min(kc_, g_.k - p);
      const bool last = p + t.k == g_.k;
      t.finish = {g_.alpha, p == 0 ? g_.beta : T(1), nullptr, nullptr,
                  last && g_.epilogue.relu};
      Place at{};
      if (last && g_.epilogue.row_bias != nullptr)
        at.row_bias = g_.epilogue.row_bias + i;
      at.a = g_.a + i * t.a_row + p * t.a_step;
      for (std::int64_t jc = j; jc < j_end; jc += nc_) {
        const std::int64_t n = std::min(nc_, j_end - jc);
        if (copies_b_) {
          t.b_step = round_up(n, ops_.width);
          t.b_padded = true;
          at.b = copied;
          ops_.transpose(g_.b + jc * g_.ldb + p, g_.ldb, t.k, n, copied, t.b_step);
        } else {
          t.b_step = g_.ldb;
          at.b = g_.b + p * g_.ldb + jc;
        }
        at.c = g_.c + i * g_.ldc + jc;
        if (last && g_.epilogue.bias != nullptr) at.bias = g_.epilogue.bias + jc;
        if (along_rows_) {
          run_rows(t, at, i_end - i, tiles, n);
        } else {
          run_columns(t, at, i_end - i, tiles, n);
        }
      }
    }
  }

  struct Place {
    const T *a, *b;
    T* c;
    const T *bias, *row_bias;
  };

  /// So many tiles in a line.
  void call(GemmTile<T>& t, const Place& at, std::int64_t tiles, std::int64_t rows,
            std::int64_t vectors) const {
    t.tiles = tiles;
    t.a = at.a;
    t.b = at.b;
    t.c = at.c;
    t.finish.bias = at.bias;
    t.finish.row_bias = at.row_bias;
    ops_.tile[vectors][rows](t);
  }

  std::int64_t vectors_for(std::int64_t n) const {
    std::int64_t vectors = 1;
    while (vectors * ops_.width < n) ++vectors;
    return vectors;
  }

  /// Tiles of rows, cut evenly, into two heights that differ by a row; in each, one
  /// tile after the other along the strip, the last of which may be narrower.
  void run_rows(GemmTile<T>& t, Place at, std::int64_t m, std::int64_t tiles,
                std::int64_t n) const {
    const std::int64_t low = tiles == 1 ? m : m / tiles, higher = m - low * tiles;
    const std::int64_t full = n < columns_ ? 0 : n / columns_,
                       rest = n - full * columns_;
    const std::int64_t rest_vectors = vectors_for(rest);
    t.b_next = columns_;
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      const std::int64_t rows = tile < higher ? low + 1 : low;
      Place to = at;
      if (full > 0) {
        t.tail = ops_.width;
        call(t, to, full, rows, vectors_);
      }
      if (rest > 0) {
        t.tail = static_cast<int>(rest - (rest_vectors - 1) * ops_.width);
        to.b += full * columns_;
        to.c += full * columns_;
        if (to.bias != nullptr) to.bias += full * columns_;
        call(t, to, 1, rows, rest_vectors);
      }
      at.a += rows * t.a_row;
      at.c += rows * t.c_row;
      if (at.row_bias != nullptr) at.row_bias += rows;
    }
  }

  /// Panel by panel, in each the tiles of one height below each other.
  void run_columns(GemmTile<T>& t, Place at, std::int64_t m, std::int64_t tiles,
                   std::int64_t n) const {
    t.b_next = 0;
    for (std::int64_t left = n; left > 0; left -= columns_) {
      const std::int64_t vectors = left >= columns_ ? vectors_ : vectors_for(left);
      if (vectors != vectors_) tiles = ceil_div(m, ops_.tile_rows[vectors]);
      t.tail = static_cast<int>(std::min(left, columns_) - (vectors - 1) * ops_.width);
      const std::int64_t low = tiles == 1 ? m : m / tiles, higher = m - low * tiles;
      Place to = at;
      if (higher > 0) {
        const std::int64_t rows = low + 1;
        t.a_next = rows * t.a_row;
        call(t, to, higher, rows, vectors);
        to.a += higher * rows * t.a_row;
        to.c += higher * rows * t.c_row;
        if (to.row_bias != nullptr) to.row_bias += higher * rows;
      }
      t.a_next = low * t.a_row;
      call(t, to, tiles - higher, low, vectors);
      at.b += columns_;
      at.c += columns_;
      if (at.bias != nullptr) at.bias += columns_;
    }
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  std::int64_t vectors_, columns_, tallest_;  // of a tile
  bool copies_b_, along_rows_;
  std::int64_t kc_, nc_;
};

}  // namespace cairn::kernels
