// The loops around the tile kernels.
//
//   for pc: depth, kc at a time                    (copy that slice of A, tile by tile)
//     for jc: a strip of B, nc columns             (copy it, if several blocks read it)
//       for ic: a block of A, mc rows              stays in the L2
//         for jr: a panel of B, as wide as a tile  stays in the L1 (copy it here, else)
//           for ir: a tile of rows                 one call of a kernel
//
// The names are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008), and of BLIS. With 16 registers these are their loops. With 32
// of 512 bits a panel is four vectors wide: it stays in the L2, and A streams by, slowly,
// an element for every four FMAs. While all of A fits the L2 beside a panel, mc is all of
// m; a larger A would come from the L3 once for each panel, and is cut into blocks, too.
//
// Every element of C is summed by one thread over p = 0, 1, 2, … in steps of kc that
// depend on k and the processor alone: how the work is split cannot change the result.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

constexpr std::int64_t kPackDepth = 16;  // rows of A that are copied at a time

template <class T>
class TileLoops {
 public:
  TileLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        wide_(ops.width * kSize >= 64),
        panel_columns_(widest_tile(ops, call.m) * ops.width),
        panels_(
            Split::at_most(ceil_div(call.n, ops.width), panel_columns_ / ops.width)),
        tile_rows_(ops.tile_rows[ops.panel_vectors]) {
    choose_copies();
    if (!pack_a_) panels_ = split_panels(panels_.n, panel_columns_ / ops_.width);
    depth_ = Split::at_most(g_.k, panel_depth());
    streams_a_ =
        wide_ && (panels_.parts < 4 || slice_of_a() <= cache_sizes().l2 * 3 / 4);
    if (wide_ && !streams_a_) {
      depth_ = Split::at_most(g_.k, std::min(panel_depth(), kBlockDepth));
    }
    choose_blocks();
  }

  void run() const {
    const View<T> a =
        g_.trans_a == Trans::no ? View<T>{g_.a, g_.lda, 1} : View<T>{g_.a, 1, g_.lda};
    for (std::int64_t pc = 0; pc < depth_.parts; ++pc) {
      const Slice slice{depth_.begin(pc), depth_.size(pc), finish(pc)};
      if (!pack_a_) {
        run_strips(slice, a.at(0, slice.p));
        continue;
      }
      const detail::ScratchBuffer buffer(g_.m * slice.k * kSize);
      pack_a(a.at(0, slice.p), slice.k, buffer.as<T>());
      run_strips(slice, {buffer.as<T>(), slice.k, 1});
    }
  }

 private:
  static constexpr std::int64_t kSize = sizeof(T);
  // Of wide panels where A is cut into blocks: deeper ones would leave these too low.
  static constexpr std::int64_t kBlockDepth = 512;

  struct Slice {
    std::int64_t p, k;  // depth
    GemmFinish<T> finish;
  };
  struct Panel {
    std::int64_t vectors;
    std::int64_t j, n;  // its columns
    const T* b;
    std::int64_t step;
  };

  std::int64_t panel_bytes() const { return panel_columns_ * kSize; }
  std::int64_t slice_of_a() const {
    return g_.m * depth_.size(depth_.parts - 1) * kSize;
  }

  /// Half of the L1 for a panel, or an eighth of the L2 for a wide one: every pass over C
  /// costs, so the deeper the better, up to where nothing is gained any more. Less in two
  /// cases. A panel that is not copied and has its rows half a page or more apart falls
  /// into a few sets of each cache, and little of it stays. And a large B that is read
  /// but once is best read from end to end.
  std::int64_t panel_depth() const {
    const CacheSizes& cache = cache_sizes();
    if (g_.m <= 4 && g_.k * g_.n * kSize > cache.l2) return 32;
    if (!pack_b_ && g_.ldb * kSize % 2048 == 0) return wide_ ? 256 : 128;
    if (wide_) return std::clamp<std::int64_t>(cache.l2 / 8 / panel_bytes(), 256, 1024);
    if (g_.trans_a == Trans::yes && g_.m <= kFewRows) {
      const std::int64_t line = pack_b_ || g_.ldb * kSize % 64 == 0 ? 0 : 64;
      const std::int64_t step = g_.m * kSize + panel_bytes() + line;
      return std::clamp<std::int64_t>(cache.l1 * 3 / 4 / step, 96, 256);
    }
    return std::clamp<std::int64_t>(cache.l1 / 2 / panel_bytes(), 128, 512);
  }

  /// C is scaled with the first slice, and finished once all of its sum is there.
  GemmFinish<T> finish(std::int64_t pc) const {
    const bool first = pc == 0, last = pc + 1 == depth_.parts;
    const Epilogue<T>& e = g_.epilogue;
    return {g_.alpha, first ? g_.beta : T(1), last ? e.bias : nullptr,
            last ? e.row_bias : nullptr, last && e.relu};
  }

  /// A copy pays if it is read often and the original would be read badly: along
  /// strides that miss the TLB or fill few of a cache's sets, in rows that cut through
  /// lines.
  void choose_copies() {
    const std::int64_t l2 = cache_sizes().l2;
    const bool tall = g_.m > kFewRows;
    const std::int64_t a_bytes = g_.m * g_.k * kSize, b_bytes = g_.k * g_.n * kSize;
    pack_b_ = g_.trans_b == Trans::yes;
    if (!wide_) {
      const bool aliased = g_.ldb * kSize % 4096 == 0;
      const bool few_sets = g_.ldb * kSize % 1024 == 0;
      const bool ragged = g_.ldb * kSize % 64 != 0;
      pack_b_ |=
          tall || (few_sets && g_.m > (aliased ? 12 : 48)) || (ragged && g_.m > 24);
      const bool far_columns = g_.trans_a == Trans::yes && g_.lda * kSize % 4096 == 0;
      pack_a_ = tall && panels_.parts > (far_columns ? 2 : 8);
      return;
    }
    const bool ragged = g_.ldb * kSize % 64 != 0, aliased = g_.lda * kSize % 4096 == 0;
    pack_b_ |= tall && b_bytes > (ragged ? l2 / 16 : l2 / 4);
    if (g_.trans_a == Trans::yes) {
      pack_a_ = tall && panels_.parts > 4 && a_bytes > l2 / 8;
    } else {
      pack_a_ = tall && panels_.parts > 32 && a_bytes > (aliased ? l2 : 2 * l2);
    }
  }

  /// Blocks of rows are tasks. Where they are too few, panels are shared out instead:
  /// always with a low matrix, and while there are plenty of them where A streams, or
  /// where all of A stays in each core's L2: then a thread copies its own panels into its
  /// own L1, and there are no halves of blocks that one thread waits for.
  void choose_blocks() {
    const std::int64_t kc = depth_.size(depth_.parts - 1),
                       tiles = ceil_div(g_.m, tile_rows_);
    const int threads = num_threads();
    parallel_ = threads > 1 && 2.0 * g_.m * g_.n * kc >= kParallelFlops;
    const std::int64_t mc =
        streams_a_ ? g_.m
                   : std::max<std::int64_t>(1, cache_sizes().l2 * 3 / 8 / (kc * kSize));
    blocks_ = Split::at_most(tiles, std::max<std::int64_t>(1, mc / tile_rows_));
    const bool stays = streams_a_ || g_.m * kc * kSize <= cache_sizes().l2 / 2;
    const bool by_panels = g_.m <= kFewRows || (stays && panels_.parts >= 4 * threads);
    if (parallel_ && by_panels) blocks_.parts = 1;
    if (parallel_ && !by_panels) {
      const std::int64_t even = round_up(blocks_.parts, threads);
      blocks_.parts = std::min(even, std::max<std::int64_t>(1, tiles / 4));
    }
    shared_b_ = pack_b_ && blocks_.parts > 1;
    far_b_ = !wide_ && pack_b_ && g_.trans_b == Trans::no &&
             g_.k * g_.n * kSize > 8 * cache_sizes().l2;
  }

  /// Tile after tile of rows, in each the rows side by side for every p. A is read as it
  /// lies: a few rows from end to end, or if it is transposed, a few steps of depth.
  void pack_a(View<T> a, std::int64_t k, T* packed) const {
    if (a.step == 1) {
      const std::int64_t tiles = ceil_div(g_.m, tile_rows_);
      return in_parallel(parallel_, tiles, [&](auto begin, auto end) {
        for (std::int64_t tile = begin; tile < end; ++tile) {
          const std::int64_t ir = tile * tile_rows_;
          const std::int64_t rows = std::min(tile_rows_, g_.m - ir);
          ops_.transpose(a.data + ir * a.row, a.row, k, rows, packed + ir * k, rows);
        }
      });
    }
    in_parallel(parallel_, ceil_div(k, kPackDepth), [&](auto begin, auto end) {
      for (std::int64_t p = begin * kPackDepth; p < std::min(end * kPackDepth, k);
           p += kPackDepth) {
        const std::int64_t depth = std::min(kPackDepth, k - p);
        for (std::int64_t ir = 0; ir < g_.m; ir += tile_rows_) {
          const std::int64_t rows = std::min(tile_rows_, g_.m - ir);
          ops_.copy(a.data + ir + p * a.step, a.step, depth, rows,
                    packed + ir * k + p * rows, rows);
        }
      }
    });
  }

  void run_strips(const Slice& slice, View<T> a) const {
    if (!shared_b_) return run_blocks(slice, a, 0, panels_.parts, nullptr);
    const std::int64_t at_most =
        std::max<std::int64_t>(8, cache_sizes().l3 / 4 / (slice.k * panel_bytes()));
    const Split strips = Split::at_most(panels_.parts, at_most);
    const std::int64_t panel_size = packed_panel(slice);
    const detail::ScratchBuffer buffer(strips.size(strips.parts - 1) * panel_size *
                                       kSize);
    T* const packed = buffer.as<T>();
    for (std::int64_t jc = 0; jc < strips.parts; ++jc) {
      const std::int64_t first = strips.begin(jc);
      in_parallel(parallel_, strips.size(jc), [&](auto begin, auto end) {
        for (std::int64_t jr = begin; jr < end; ++jr)
          pack_b(panel(slice, first + jr), slice, packed + jr * panel_size);
      });
      run_blocks(slice, a, first, strips.size(jc), packed);
    }
  }

  /// A task is a block of rows, or if there is but one, a panel.
  void run_blocks(const Slice& slice, View<T> a, std::int64_t first, std::int64_t count,
                  const T* packed) const {
    if (blocks_.parts == 1) {
      return in_parallel(parallel_, count, [&](std::int64_t begin, std::int64_t end) {
        run_block(slice, 0, g_.m, a, first + begin, end - begin, nullptr);
      });
    }
    in_parallel(parallel_, blocks_.parts, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t ic = begin; ic < end; ++ic) {
        const std::int64_t i = blocks_.begin(ic) * tile_rows_;
        const std::int64_t stop = std::min(blocks_.begin(ic + 1) * tile_rows_, g_.m);
        run_block(slice, i, stop - i, a, first, count, packed);
      }
    });
  }

  void run_block(const Slice& slice, std::int64_t i, std::int64_t m, View<T> a,
                 std::int64_t first, std::int64_t count, const T* packed) const {
    const bool pack_here = pack_b_ && packed == nullptr;
    const std::int64_t panel_size = packed_panel(slice);
    const detail::ScratchBuffer buffer(pack_here ? panel_size * kSize : 0);
    for (std::int64_t jr = 0; jr < count; ++jr) {
      Panel to = panel(slice, first + jr);
      if (pack_here) pack_b(to, slice, buffer.as<T>());
      if (pack_b_) {
        to.b = pack_here ? buffer.as<T>() : packed + jr * panel_size;
        to.step = to.vectors * ops_.width;
      }
      Panel next{};
      if (far_b_ && pack_here && jr + 1 < count) next = panel(slice, first + jr + 1);
      run_tiles(slice, to, i, m, a, next);
    }
  }

  /// Elements of the widest panel once it is copied.
  std::int64_t packed_panel(const Slice& slice) const {
    return slice.k * panels_.size(panels_.parts - 1) * ops_.width;
  }

  /// A panel of B where it lies.
  Panel panel(const Slice& slice, std::int64_t jr) const {
    Panel to;
    to.vectors = panels_.size(jr);
    to.j = panels_.begin(jr) * ops_.width;
    to.n = std::min(to.vectors * ops_.width, g_.n - to.j);
    to.b = g_.trans_b == Trans::yes ? g_.b + to.j * g_.ldb + slice.p
                                    : g_.b + slice.p * g_.ldb + to.j;
    to.step = g_.ldb;
    return to;
  }

  void pack_b(const Panel& from, const Slice& slice, T* out) const {
    const auto pack = g_.trans_b == Trans::yes ? ops_.transpose : ops_.copy;
    pack(from.b, from.step, slice.k, from.n, out, from.vectors * ops_.width);
  }

  static void ask_for_rows(const Panel& panel, std::int64_t first, std::int64_t count) {
    const T* b = panel.b + first * panel.step + panel.n - 1;
    for (; count > 0; --count, b += panel.step) __builtin_prefetch(b, 0, 2);
  }

  /// Tiles of one height follow each other in one call: a packed block ends in a lower
  /// one, others are cut evenly, into two heights that differ by a row. If a panel is
  /// named that is to be copied next, tiles are called one by one, and before each a
  /// share of that panel's rows is asked for: no loads in sequence would bring them, as
  /// each is a line in a page of its own.
  void run_tiles(const Slice& slice, const Panel& panel, std::int64_t i, std::int64_t m,
                 View<T> a, const Panel& next) const {
    GemmTile<T> t{};
    t.k = slice.k;
    t.b = panel.b;
    t.b_step = panel.step;
    t.b_padded = pack_b_;
    // The first tile brings the panel from L3 or memory, the others find it in L2.
    t.b_ahead = pack_b_ && !shared_b_ ? 8 : 32;
    t.b_ahead_next = 8;
    t.c_row = g_.ldc;
    t.tail = static_cast<int>(panel.n - (panel.vectors - 1) * ops_.width);
    t.finish = slice.finish;
    if (t.finish.bias != nullptr) t.finish.bias += panel.j;
    if (t.finish.row_bias != nullptr) t.finish.row_bias += i;
    t.a = a.data + i * a.row;
    t.a_row = pack_a_ ? 1 : a.row;
    t.a_step = a.step;
    t.c = g_.c + i * g_.ldc + panel.j;
    if (!pack_a_ && next.b == nullptr)
      return run_tile_column(ops_, panel.vectors, m, t);

    const auto run = [&](std::int64_t tiles, std::int64_t rows) {
      t.tiles = tiles;
      if (pack_a_) t.a_step = rows;
      t.a_next = rows * a.row;
      ops_.tile[panel.vectors][rows](t);
      t.a += tiles * t.a_next;
      t.c += tiles * rows * t.c_row;
      if (t.finish.row_bias != nullptr) t.finish.row_bias += tiles * rows;
    };
    if (pack_a_) {
      if (m >= tile_rows_) run(m / tile_rows_, tile_rows_);
      if (m % tile_rows_ > 0) run(1, m % tile_rows_);
      return;
    }
    const Split rows = Split::at_most(m, ops_.tile_rows[panel.vectors]);
    const Split shares{slice.k, rows.parts};
    for (std::int64_t tile = 0; tile < rows.parts; ++tile) {
      ask_for_rows(next, shares.begin(tile), shares.size(tile));
      run(1, rows.size(tile));
    }
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  bool wide_;                   // panels of 512-bit vectors, which stay in the L2
  std::int64_t panel_columns_;  // at most
  Split panels_;                // of n, in vectors
  std::int64_t tile_rows_;
  bool pack_a_ = false, pack_b_ = false;
  bool streams_a_ = false;  // all of A passes by each panel
  Split depth_{};           // of k
  Split blocks_{};          // of m, in tiles
  bool parallel_ = false, shared_b_ = false;
  bool far_b_ = false;  // B is too large to be near, and is copied panel by panel
};

}  // namespace cairn::kernels
