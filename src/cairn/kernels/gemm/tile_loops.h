// The loops around the tile kernels.
//
//   for jc: columns of C, nc at a time            a block of B fits a share of
//   the L3
//     for pc: depth, kc at a time                 (pack that block of B)
//       for ic: rows of C, mc at a time           a block of A fits half the L2
//       (pack it)
//         for jr: a panel of B, a few vectors     is read from L1 or L2
//           for ir: a tile of rows                one call of a kernel
//
// The names are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008), and of BLIS. Every element of C is summed by one thread over
// p = 0, 1, 2, … in steps of kc that depend on the shape alone: how the work is split
// among threads and tiles cannot change the result.
#pragma once

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {

constexpr std::int64_t kKc = 512;           // deeper panels fall out of the caches
constexpr std::int64_t kNc = 4096;          // columns of a packed block of B
constexpr std::int64_t kPackDepth = 64;     // rows of B that are packed at a time
constexpr std::int64_t kPackGrain = 60000;  // elements, some 20 µs of packing

template <class T>
class TileLoops {
 public:
  TileLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        depth_(Split::at_most(call.k, kKc)),
        tile_rows_(ops.tile_rows[ops.panel_vectors]) {
    const std::int64_t size = sizeof(T);
    const std::int64_t kc = ceil_div(g_.k, depth_.parts);
    mc_ = std::max(tile_rows_, cache_sizes().l2 / 2 / (kc * size));
    choose_copies();
  }

  void run() {
    const std::int64_t width = ops_.width;
    const std::int64_t nc = pack_b_ ? kNc : g_.n;
    const Split columns = Split::at_most(ceil_div(g_.n, width), ceil_div(nc, width));
    for (std::int64_t jc = 0; jc < columns.parts; ++jc) {
      const std::int64_t j = columns.begin(jc) * width;
      const std::int64_t n = std::min(columns.size(jc) * width, g_.n - j);
      for (std::int64_t pc = 0; pc < depth_.parts; ++pc) run_block(j, n, pc);
    }
  }

 private:
  struct Block {
    std::int64_t j, n;  // columns of C
    std::int64_t p, k;  // depth
    Split panels;       // of the columns, in vectors
    const T* packed_b;  // panel after panel, or null
    GemmFinish<T> finish;
  };

  struct Panel {
    std::int64_t vectors;
    std::int64_t j, n;  // its columns, counted from the block's first
    const T* b;
    std::int64_t step;
  };

  /// A copy pays if it is read often and the original would be read badly: along
  /// strides that miss the TLB or fill few of a cache's sets, in rows that cut through
  /// lines.
  void choose_copies() {
    const std::int64_t size = sizeof(T), l2 = cache_sizes().l2;
    const bool tall = g_.m > kFewRows,
               wide = g_.n > 4 * ops_.panel_vectors * ops_.width;
    const bool ragged = g_.ldb * size % 64 != 0, aliased = g_.lda * size % 4096 == 0;
    pack_b_ = g_.trans_b == Trans::yes ||
              (tall && g_.k * g_.n * size > (ragged ? l2 / 16 : l2 / 4));
    pack_a_ = tall && wide &&
              g_.m * g_.k * size > (g_.trans_a == Trans::yes ? l2 / 8
                                    : aliased                ? l2
                                                             : 2 * l2);
  }

  void run_block(std::int64_t j, std::int64_t n, std::int64_t pc) {
    const bool first = pc == 0, last = pc + 1 == depth_.parts;
    const Epilogue<T>& e = g_.epilogue;
    Block block{j,
                n,
                depth_.begin(pc),
                depth_.size(pc),
                Split::at_most(ceil_div(n, ops_.width), ops_.panel_vectors),
                nullptr,
                // C is scaled once, and finished once all of its sum is there.
                {g_.alpha, first ? g_.beta : T(1), last ? e.bias : nullptr,
                 last ? e.row_bias : nullptr, last && e.relu}};
    if (!pack_b_) return run_rows(block);

    const detail::ScratchBuffer buffer(block.k * round_up(n, ops_.width) * sizeof(T));
    block.packed_b = buffer.as<T>();
    const std::int64_t slices = ceil_div(block.k, kPackDepth);
    parallel_for(slices, ceil_div(kPackGrain, kPackDepth * n),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t s = begin; s < end; ++s) {
                     pack_b(block, s * kPackDepth, buffer.as<T>());
                   }
                 });
    run_rows(block);
  }

  Panel panel(const Block& block, std::int64_t jr) const {
    const std::int64_t vectors = block.panels.size(jr), width = ops_.width;
    const std::int64_t j = block.panels.begin(jr) * width;
    const std::int64_t n = std::min(vectors * width, block.n - j);
    if (pack_b_) return {vectors, j, n, block.packed_b + j * block.k, vectors * width};
    return {vectors, j, n, g_.b + block.p * g_.ldb + block.j + j, g_.ldb};
  }

  /// Packs a few rows of B, across all panels: the rows are read from end to end.
  void pack_b(const Block& block, std::int64_t p, T* packed) const {
    const std::int64_t depth = std::min(kPackDepth, block.k - p);
    for (std::int64_t jr = 0; jr < block.panels.parts; ++jr) {
      const Panel to = panel(block, jr);
      T* out = packed + to.j * block.k + p * to.step;
      const std::int64_t row = block.p + p, column = block.j + to.j;
      if (g_.trans_b == Trans::yes) {
        ops_.transpose(g_.b + column * g_.ldb + row, g_.ldb, depth, to.n, out, to.step);
      } else {
        ops_.copy(g_.b + row * g_.ldb + column, g_.ldb, depth, to.n, out, to.step);
      }
    }
  }

  /// Tasks: blocks of rows, or where rows are few, groups of panels.
  void run_rows(const Block& block) const {
    const int threads = num_threads();
    Split rows = Split::at_most(g_.m, mc_), groups{block.panels.parts, 1};
    if (threads > 1 && 2.0 * g_.m * block.n * block.k > kParallelFlops) {
      if (g_.m > kFewRows) {
        rows.parts =
            std::min(round_up(rows.parts, threads), ceil_div(g_.m, tile_rows_));
      } else {
        groups.parts = std::min<std::int64_t>(threads, block.panels.parts);
      }
    }
    const auto run = [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t task = begin; task < end; ++task) {
        run_task(block, rows, task / groups.parts, groups, task % groups.parts);
      }
    };
    const std::int64_t tasks = rows.parts * groups.parts;
    if (threads > 1) {
      parallel_for(tasks, 1, run);
    } else {
      run(0, tasks);
    }
  }

  void run_task(const Block& block, const Split& rows, std::int64_t ic,
                const Split& groups, std::int64_t group) const {
    const std::int64_t i = rows.begin(ic), m = rows.size(ic);
    const View<T> a =
        g_.trans_a == Trans::no ? View<T>{g_.a, g_.lda, 1} : View<T>{g_.a, 1, g_.lda};
    const std::int64_t begin = groups.begin(group), end = groups.begin(group + 1);
    if (pack_a_) {
      const detail::ScratchBuffer buffer(m * block.k * sizeof(T));
      pack_a(a.at(i, block.p), m, block.k, buffer.as<T>());
      run_panels(block, begin, end, i, m, {buffer.as<T>(), block.k, 1});
    } else {
      run_panels(block, begin, end, i, m, a.at(i, block.p));
    }
  }

  /// Tile after tile of rows, in each the rows side by side for every p.
  void pack_a(View<T> a, std::int64_t m, std::int64_t k, T* packed) const {
    for (std::int64_t p = 0; p < k; p += kPackDepth) {
      const std::int64_t depth = std::min(kPackDepth, k - p);
      for (std::int64_t ir = 0; ir < m; ir += tile_rows_) {
        const std::int64_t rows = std::min(tile_rows_, m - ir);
        const View<T> from = a.at(ir, p);
        T* out = packed + ir * k + p * rows;
        if (from.step == 1) {
          ops_.transpose(from.data, from.row, depth, rows, out, rows);
        } else {
          ops_.copy(from.data, from.step, depth, rows, out, rows);
        }
      }
    }
  }

  void run_panels(const Block& block, std::int64_t begin, std::int64_t end,
                  std::int64_t i, std::int64_t m, View<T> a) const {
    for (std::int64_t jr = begin; jr < end; ++jr) {
      run_panel(block, panel(block, jr), i, m, a);
    }
  }

  void run_panel(const Block& block, const Panel& panel, std::int64_t i, std::int64_t m,
                 View<T> a) const {
    const std::int64_t width = ops_.width, j = block.j + panel.j;
    GemmTile<T> t;
    t.k = block.k;
    t.b = panel.b;
    t.b_step = panel.step;
    t.c_row = g_.ldc;
    t.tail = static_cast<int>(panel.n - (panel.vectors - 1) * width);
    t.finish = block.finish;
    if (t.finish.bias != nullptr) t.finish.bias += j;

    const Split tiles = pack_a_ ? Split{m, ceil_div(m, tile_rows_)}
                                : Split::at_most(m, ops_.tile_rows[panel.vectors]);
    for (std::int64_t ir = 0; ir < tiles.parts; ++ir) {
      const std::int64_t r = pack_a_ ? ir * tile_rows_ : tiles.begin(ir);
      const std::int64_t rows = pack_a_ ? std::min(tile_rows_, m - r) : tiles.size(ir);
      t.a = a.data + r * a.row;
      t.a_row = pack_a_ ? 1 : a.row;
      t.a_step = pack_a_ ? rows : a.step;
      t.c = g_.c + (i + r) * g_.ldc + j;
      // The first tile brings the panel from L3 or memory, the others find it in L2.
      t.b_ahead = ir == 0 ? 32 : 8;
      if (t.finish.row_bias != nullptr)
        t.finish.row_bias = block.finish.row_bias + i + r;
      ops_.tile[panel.vectors][rows](t);
    }
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  Split depth_;
  std::int64_t mc_;
  std::int64_t tile_rows_;
  bool pack_a_;
  bool pack_b_;
};

}  // namespace cairn::kernels
