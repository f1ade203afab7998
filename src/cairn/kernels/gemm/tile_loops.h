// The loops around the tile kernels.
//
//   for pc: depth, kc at a time                   (copy that block of A, tile by tile)
//     for jc: a strip of B, 256 bytes wide        stays in the L2 (copy it)
//       for ir: a tile of rows                    A streams by, and stays in the L1
//         for jr: a panel, as wide as a tile      one call of a kernel
//
// The names are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008), and of BLIS. They keep a block of A in the L2 and let panels
// of B stream by; here a strip of B stays and A streams by. The tiles are wide and low,
// so that A is what they read least of: 24 bytes for every 24 FMAs, slow enough to be
// fetched ahead of time from wherever it is. The strip is all that must fit a cache,
// and it is of no concern to other threads.
//
// Every element of C is summed by one thread over p = 0, 1, 2, … in steps of kc that
// depend on k and the processor alone: how the work is split cannot change the result.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {

constexpr std::int64_t kStripBytes = 256;  // of a row of B: a tile of AVX-512
constexpr std::int64_t kMaxPanels = 16;    // of a strip: one in AVX-512, four in AVX2
constexpr std::int64_t kPackDepth = 16;    // rows of A that are copied at a time

template <class T>
class TileLoops {
 public:
  TileLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        strips_(Split::at_most(ceil_div(call.n, ops.width),
                               kStripBytes / sizeof(T) / ops.width)),
        tile_rows_(ops.tile_rows[ops.panel_vectors]) {
    choose_copies();
    depth_ = Split::at_most(g_.k, panel_depth());
  }

  void run() const {
    for (std::int64_t pc = 0; pc < depth_.parts; ++pc) {
      const Block block{depth_.begin(pc), depth_.size(pc), finish(pc)};
      const View<T> a =
          g_.trans_a == Trans::no ? View<T>{g_.a, g_.lda, 1} : View<T>{g_.a, 1, g_.lda};
      if (!pack_a_) {
        run_strips(block, a.at(0, block.p));
        continue;
      }
      const detail::ScratchBuffer buffer(g_.m * block.k * sizeof(T));
      pack_a(a.at(0, block.p), block.k, buffer.as<T>());
      run_strips(block, {buffer.as<T>(), block.k, 1});
    }
  }

 private:
  struct Block {
    std::int64_t p, k;  // depth
    GemmFinish<T> finish;
  };

  /// An eighth of the L2 for a panel: every pass over C costs, so the deeper the
  /// better, up to where nothing is gained any more. Less in two cases. A panel that is
  /// not copied and has its rows half a page or more apart falls into a few sets of
  /// each cache, and little of it stays. And a large B that is read but once is best
  /// read from end to end.
  std::int64_t panel_depth() const {
    const std::int64_t size = sizeof(T), l2 = cache_sizes().l2;
    if (g_.m <= 4 && g_.k * g_.n * size > l2) return 32;
    if (!pack_b_ && g_.ldb * size % 2048 == 0) return 256;
    return std::clamp<std::int64_t>(l2 / 8 / kStripBytes, 256, 1024);
  }

  struct Panel {
    std::int64_t vectors;
    std::int64_t j, n;  // its columns
    const T* b;
    std::int64_t step;
  };

  struct Strip {
    std::int64_t count;
    Panel panels[kMaxPanels];
  };

  /// C is scaled with the first block, and finished once all of its sum is there.
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
    const std::int64_t size = sizeof(T), l2 = cache_sizes().l2;
    const bool ragged = g_.ldb * size % 64 != 0, aliased = g_.lda * size % 4096 == 0;
    const bool tall = g_.m > kFewRows;
    pack_b_ = g_.trans_b == Trans::yes ||
              (tall && g_.k * g_.n * size > (ragged ? l2 / 16 : l2 / 4));

    const std::int64_t a_bytes = g_.m * g_.k * size, readings = strips_.parts;
    if (g_.trans_a == Trans::yes) {
      pack_a_ = tall && readings > 4 && a_bytes > l2 / 8;
    } else {
      pack_a_ = tall && readings > 32 && a_bytes > (aliased ? l2 : 2 * l2);
    }
  }

  /// Tile after tile of rows, in each the rows side by side for every p.
  void pack_a(View<T> a, std::int64_t k, T* packed) const {
    const std::int64_t slices = ceil_div(k, kPackDepth);
    parallel_for(slices, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin * kPackDepth; p < std::min(end * kPackDepth, k);
           p += kPackDepth) {
        const std::int64_t depth = std::min(kPackDepth, k - p);
        for (std::int64_t ir = 0; ir < g_.m; ir += tile_rows_) {
          const std::int64_t rows = std::min(tile_rows_, g_.m - ir);
          const View<T> from = a.at(ir, p);
          T* out = packed + ir * k + p * rows;
          if (from.step == 1) {
            ops_.transpose(from.data, from.row, depth, rows, out, rows);
          } else {
            ops_.copy(from.data, from.step, depth, rows, out, rows);
          }
        }
      }
    });
  }

  /// A task is a strip, or where there are few strips, a strip and a share of the rows.
  void run_strips(const Block& block, View<T> a) const {
    const int threads = num_threads();
    if (threads == 1 || 2.0 * g_.m * g_.n * block.k < kParallelFlops) {
      for (std::int64_t jc = 0; jc < strips_.parts; ++jc)
        run_strip(block, jc, 0, g_.m, a);
      return;
    }
    Split rows{ceil_div(g_.m, tile_rows_), 1};
    if (strips_.parts < 4 * threads) {
      rows.parts =
          std::min<std::int64_t>(threads, std::max<std::int64_t>(1, rows.n / 8));
    }
    parallel_for(
        strips_.parts * rows.parts, 1, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t task = begin; task < end; ++task) {
            const std::int64_t ic = task % rows.parts;
            const std::int64_t i = rows.begin(ic) * tile_rows_;
            const std::int64_t stop = std::min(rows.begin(ic + 1) * tile_rows_, g_.m);
            run_strip(block, task / rows.parts, i, stop - i, a);
          }
        });
  }

  void run_strip(const Block& block, std::int64_t jc, std::int64_t i, std::int64_t m,
                 View<T> a) const {
    if (!pack_b_) return run_tiles(block, strip(block, jc, nullptr), i, m, a);
    const std::int64_t across = strips_.size(jc) * ops_.width;
    const detail::ScratchBuffer buffer(across * block.k * sizeof(T));
    const Strip to = strip(block, jc, buffer.as<T>());
    T* out = buffer.as<T>();
    for (std::int64_t jr = 0; jr < to.count; ++jr) {
      const Panel& panel = to.panels[jr];
      if (g_.trans_b == Trans::yes) {
        ops_.transpose(g_.b + panel.j * g_.ldb + block.p, g_.ldb, block.k, panel.n, out,
                       panel.step);
      } else {
        ops_.copy(g_.b + block.p * g_.ldb + panel.j, g_.ldb, block.k, panel.n, out,
                  panel.step);
      }
      out += panel.step * block.k;
    }
    run_tiles(block, to, i, m, a);
  }

  /// The panels of a strip: where they lie, or will lie once they are copied to
  /// `packed`.
  Strip strip(const Block& block, std::int64_t jc, const T* packed) const {
    const Split panels = Split::at_most(strips_.size(jc), ops_.panel_vectors);
    Strip result;
    result.count = panels.parts;
    for (std::int64_t jr = 0; jr < panels.parts; ++jr) {
      Panel& to = result.panels[jr];
      to.vectors = panels.size(jr);
      to.j = (strips_.begin(jc) + panels.begin(jr)) * ops_.width;
      to.n = std::min(to.vectors * ops_.width, g_.n - to.j);
      if (packed != nullptr) {
        to.b = packed + panels.begin(jr) * ops_.width * block.k;
        to.step = to.vectors * ops_.width;
      } else {
        to.b = g_.b + block.p * g_.ldb + to.j;
        to.step = g_.ldb;
      }
    }
    return result;
  }

  void run_tiles(const Block& block, const Strip& strip, std::int64_t i, std::int64_t m,
                 View<T> a) const {
    const std::int64_t widest = strip.panels[strip.count - 1].vectors;
    const Split tiles = pack_a_ ? Split{m, ceil_div(m, tile_rows_)}
                                : Split::at_most(m, ops_.tile_rows[widest]);
    GemmTile<T> t;
    t.k = block.k;
    t.c_row = g_.ldc;
    t.finish = block.finish;
    for (std::int64_t ir = 0; ir < tiles.parts; ++ir) {
      const std::int64_t r = i + (pack_a_ ? ir * tile_rows_ : tiles.begin(ir));
      const std::int64_t rows =
          pack_a_ ? std::min(tile_rows_, i + m - r) : tiles.size(ir);
      t.a = a.data + r * a.row;
      t.a_row = pack_a_ ? 1 : a.row;
      t.a_step = pack_a_ ? rows : a.step;
      // The first tile brings the panel from L3 or memory, the others find it in L2.
      t.b_ahead = ir == 0 && !pack_b_ ? 32 : 8;
      if (t.finish.row_bias != nullptr) t.finish.row_bias = block.finish.row_bias + r;
      for (std::int64_t jr = 0; jr < strip.count; ++jr) {
        const Panel& panel = strip.panels[jr];
        t.b = panel.b;
        t.b_step = panel.step;
        t.c = g_.c + r * g_.ldc + panel.j;
        t.tail = static_cast<int>(panel.n - (panel.vectors - 1) * ops_.width);
        if (t.finish.bias != nullptr) t.finish.bias = block.finish.bias + panel.j;
        ops_.tile[panel.vectors][rows](t);
      }
    }
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  Split depth_;   // of k
  Split strips_;  // of n, in vectors
  std::int64_t tile_rows_;
  bool pack_a_;
  bool pack_b_;
};

}  // namespace cairn::kernels
