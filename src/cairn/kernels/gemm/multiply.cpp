// The loops around the micro-kernels.
//
//   for jc: columns of C, nc at a time            a block of B fits a share of the L3
//     for pc: depth, kc at a time                 (pack that block of B)
//       for ic: rows of C, mc at a time           a block of A fits half the L2 (pack
//       it)
//         for jr: a panel of B, a few vectors     is read from L1 or L2
//           for ir: a tile of rows                one call of a micro-kernel
//
// The names are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008), and of BLIS. Every element of C is summed by one thread over
// p = 0, 1, 2, … in steps of kc that depend on k alone: how the work is split among
// threads and tiles cannot change the result.
#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kKc = 512;           // deeper panels fall out of the caches
constexpr std::int64_t kFewRows = 64;       // up to here nothing is packed
constexpr std::int64_t kNc = 4096;          // columns of a packed block of B
constexpr std::int64_t kPackDepth = 64;     // rows of a slice of a packed block
constexpr std::int64_t kPackGrain = 60000;  // elements, some 20 µs of packing
constexpr double kParallelFlops = 4e6;      // below, waking a thread costs too much

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t round_up(std::int64_t a, std::int64_t b) { return ceil_div(a, b) * b; }

/// [0, n) cut into parts whose lengths differ by one at most. 32 rows in tiles of at
/// most six are 5 5 5 5 6 6, never 6 6 6 6 6 2: a short tile cannot keep the FMA units
/// busy.
struct Split {
  std::int64_t n;
  std::int64_t parts;
  static Split at_most(std::int64_t n, std::int64_t largest) {
    return {n, std::max<std::int64_t>(1, ceil_div(n, largest))};
  }
  std::int64_t begin(std::int64_t i) const { return n * i / parts; }
  std::int64_t size(std::int64_t i) const { return begin(i + 1) - begin(i); }
};

/// Where an operand lies: element (i, p) of A at data[i * row + p * step].
template <class T>
struct View {
  const T* data;
  std::int64_t row;
  std::int64_t step;
  View at(std::int64_t i, std::int64_t p) const {
    return {data + i * row + p * step, row, step};
  }
};

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
    // A copy pays if it is read often. B is read once for every tile of rows, A once
    // for every panel of columns, and A only suffers from large strides.
    const bool tall = g_.m > kFewRows, wide = g_.n > 4 * ops.panel_vectors * ops.width;
    pack_b_ =
        g_.trans_b == Trans::yes || (tall && g_.k * g_.n * size > cache_sizes().l1);
    pack_a_ = tall && wide && (g_.trans_a == Trans::yes || g_.lda * size % 4096 == 0);
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
    const T* packed_b;  // panel i begins at packed_b + k * first column
    GemmFinish<T> finish;
  };

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
    if (!pack_b_) {
      run_rows(block);
      return;
    }
    const detail::ScratchBuffer buffer(block.k * round_up(n, ops_.width) * sizeof(T));
    T* packed = buffer.as<T>();
    const std::int64_t slices = ceil_div(block.k, kPackDepth);
    parallel_for(slices, ceil_div(kPackGrain, kPackDepth * n),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t s = begin; s < end; ++s) {
                     pack_b(block, s * kPackDepth, packed);
                   }
                 });
    block.packed_b = packed;
    run_rows(block);
  }

  /// A slice of all panels: panel after panel, each of the block's whole depth.
  void pack_b(const Block& block, std::int64_t p, T* packed) const {
    const std::int64_t depth = std::min(kPackDepth, block.k - p);
    for (std::int64_t i = 0; i < block.panels.parts; ++i) {
      const std::int64_t j = block.panels.begin(i) * ops_.width;
      const std::int64_t step = block.panels.size(i) * ops_.width;
      const std::int64_t n = std::min(step, block.n - j);
      T* out = packed + j * block.k + p * step;
      if (g_.trans_b == Trans::yes) {
        ops_.transpose(g_.b + (block.j + j) * g_.ldb + block.p + p, g_.ldb, depth, n,
                       out, step);
      } else {
        ops_.copy(g_.b + (block.p + p) * g_.ldb + block.j + j, g_.ldb, depth, n, out,
                  step);
      }
    }
  }

  /// Tasks: blocks of rows, and where there are too few of them, groups of panels.
  void run_rows(const Block& block) {
    const int threads = num_threads();
    Split rows = Split::at_most(g_.m, mc_), groups{block.panels.parts, 1};
    const double flops = 2.0 * g_.m * block.n * block.k;
    if (threads > 1 && flops > kParallelFlops) {
      if (g_.m > kFewRows) {
        rows.parts =
            std::min(round_up(rows.parts, threads), ceil_div(g_.m, tile_rows_));
      } else {
        groups.parts = std::min<std::int64_t>(threads, block.panels.parts);
      }
      parallel_for(
          rows.parts * groups.parts, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t t = begin; t < end; ++t) {
              run_task(block, rows, t / groups.parts, groups, t % groups.parts);
            }
          });
      return;
    }
    for (std::int64_t ic = 0; ic < rows.parts; ++ic)
      run_task(block, rows, ic, groups, 0);
  }

  void run_task(const Block& block, const Split& rows, std::int64_t ic,
                const Split& groups, std::int64_t group) const {
    const std::int64_t i = rows.begin(ic), m = rows.size(ic);
    const View<T> a =
        g_.trans_a == Trans::no ? View<T>{g_.a, g_.lda, 1} : View<T>{g_.a, 1, g_.lda};
    const View<T> part = a.at(i, block.p);
    if (!pack_a_) {
      for (std::int64_t jr = groups.begin(group); jr < groups.begin(group + 1); ++jr) {
        run_panel(block, jr, i, m, part);
      }
      return;
    }
    const detail::ScratchBuffer buffer(m * block.k * sizeof(T));
    T* packed = buffer.as<T>();
    for (std::int64_t p = 0; p < block.k; p += kPackDepth) {
      const std::int64_t depth = std::min(kPackDepth, block.k - p);
      for (std::int64_t ir = 0; ir < m; ir += tile_rows_) {
        const std::int64_t r = std::min(tile_rows_, m - ir);
        pack_a(part.at(ir, p), r, depth, packed + ir * block.k + p * r);
      }
    }
    for (std::int64_t jr = groups.begin(group); jr < groups.begin(group + 1); ++jr) {
      for (std::int64_t ir = 0; ir < m; ir += tile_rows_) {
        const std::int64_t r = std::min(tile_rows_, m - ir);
        run_tile(block, jr, i + ir, r, {packed + ir * block.k, 1, r});
      }
    }
  }

  /// A tile's rows side by side for each p: out[p * rows + r].
  void pack_a(View<T> a, std::int64_t rows, std::int64_t k, T* out) const {
    if (a.step == 1) {
      ops_.transpose(a.data, a.row, k, rows, out, rows);
    } else {
      ops_.copy(a.data, a.step, k, rows, out, rows);
    }
  }

  void run_panel(const Block& block, std::int64_t jr, std::int64_t i, std::int64_t m,
                 View<T> a) const {
    const Split tiles = Split::at_most(m, ops_.tile_rows[block.panels.size(jr)]);
    for (std::int64_t ir = 0; ir < tiles.parts; ++ir) {
      const std::int64_t r0 = tiles.begin(ir);
      run_tile(block, jr, i + r0, tiles.size(ir), a.at(r0, 0));
    }
  }

  void run_tile(const Block& block, std::int64_t jr, std::int64_t i, std::int64_t rows,
                View<T> a) const {
    const std::int64_t width = ops_.width;
    const std::int64_t vectors = block.panels.size(jr);
    const std::int64_t j = block.panels.begin(jr) * width;
    const std::int64_t n = std::min(vectors * width, block.n - j);
    GemmTile<T> t{block.k,
                  a.data,
                  a.row,
                  a.step,
                  block.packed_b + j * block.k,
                  vectors * width,
                  g_.c + i * g_.ldc + block.j + j,
                  g_.ldc,
                  static_cast<int>(n - (vectors - 1) * width),
                  block.finish};
    if (!pack_b_) {
      t.b = g_.b + block.p * g_.ldb + block.j + j;
      t.b_step = g_.ldb;
    }
    if (t.finish.bias != nullptr) t.finish.bias += block.j + j;
    if (t.finish.row_bias != nullptr) t.finish.row_bias += i;
    ops_.tile[vectors][rows](t);
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  Split depth_;
  std::int64_t mc_;
  std::int64_t tile_rows_;
  bool pack_a_;
  bool pack_b_;
};

/// C = A Bᵀ by inner products, nothing packed: columns outside, so that the few rows of
/// B stay in L1 while all rows of A pass.
template <class T>
void run_dots(const GemmOps<T>& ops, const GemmCall<T>& g) {
  const Split rows = Split::at_most(g.m, ops.dot_rows);
  const std::int64_t tallest = ceil_div(g.m, rows.parts);
  const Split columns = Split::at_most(g.n, ops.dot_columns[tallest]);
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t jr = begin; jr < end; ++jr) {
      const std::int64_t j = columns.begin(jr);
      for (std::int64_t ir = 0; ir < rows.parts; ++ir) {
        const std::int64_t i = rows.begin(ir);
        GemmDot<T> d{
            g.k,
            g.a + i * g.lda,
            g.lda,
            g.b + j * g.ldb,
            g.ldb,
            g.c + i * g.ldc + j,
            g.ldc,
            static_cast<int>(columns.size(jr)),
            {g.alpha, g.beta, g.epilogue.bias, g.epilogue.row_bias, g.epilogue.relu}};
        if (d.finish.bias != nullptr) d.finish.bias += j;
        if (d.finish.row_bias != nullptr) d.finish.row_bias += i;
        ops.dot[rows.size(ir)](d);
      }
    }
  };
  const double flops = 2.0 * g.m * g.n * g.k;
  const std::int64_t parts = std::max<std::int64_t>(1, flops / kParallelFlops);
  parallel_for(columns.parts, ceil_div(columns.parts, parts), run);
}

/// alpha · A · B is nothing: C ← epilogue(beta · C).
template <class T>
void scale_only(const GemmCall<T>& g) {
  for (std::int64_t i = 0; i < g.m; ++i) {
    T* row = g.c + i * g.ldc;
    for (std::int64_t j = 0; j < g.n; ++j) {
      T value = g.beta == T(0) ? T(0) : g.beta * row[j];
      if (g.epilogue.bias != nullptr) value += g.epilogue.bias[j];
      if (g.epilogue.row_bias != nullptr) value += g.epilogue.row_bias[i];
      row[j] = g.epilogue.relu && value < T(0) ? T(0) : value;
    }
  }
}

Trans flipped(Trans t) { return t == Trans::no ? Trans::yes : Trans::no; }

/// A product with one column is turned into one with one row, Cᵀ = Bᵀ Aᵀ, and a vector
/// that lies contiguous is taken as a row, whichever way it was named.
template <class T>
void straighten(GemmCall<T>& g) {
  if (g.n == 1 && g.m > 1 && g.ldc == 1) {
    std::swap(g.m, g.n);
    std::swap(g.a, g.b);
    std::swap(g.lda, g.ldb);
    std::swap(g.trans_a, g.trans_b);
    g.trans_a = flipped(g.trans_a);
    g.trans_b = flipped(g.trans_b);
    std::swap(g.epilogue.bias, g.epilogue.row_bias);
    g.ldc = g.n;
  }
  if (g.m == 1 && g.trans_a == Trans::yes && g.lda == 1) {
    g.trans_a = Trans::no;
    g.lda = g.k;
  }
  if (g.n == 1 && g.trans_b == Trans::no && g.ldb == 1) {
    g.trans_b = Trans::yes;
    g.ldb = g.k;
  }
}

template <class T>
void multiply_any(const GemmOps<T>& ops, GemmCall<T>& g) {
  if (g.m == 0 || g.n == 0) return;
  if (g.k == 0 || g.alpha == T(0)) return scale_only(g);
  straighten(g);
  if (g.trans_a == Trans::no && g.trans_b == Trans::yes && g.m <= kFewRows) {
    return run_dots(ops, g);
  }
  TileLoops<T>(ops, g).run();
}

}  // namespace

void multiply(const GemmOps<float>& ops, GemmCall<float> call) {
  multiply_any(ops, call);
}
void multiply(const GemmOps<double>& ops, GemmCall<double> call) {
  multiply_any(ops, call);
}

}  // namespace cairn::kernels
