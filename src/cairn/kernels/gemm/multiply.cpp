// Which way a product is computed, and the cases that need no tiles.
#include <algorithm>
#include <utility>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/narrow_loops.h>
#include <cairn/kernels/gemm/row_loops.h>
#include <cairn/kernels/gemm/tile_loops.h>
#include <cairn/kernels/gemm/turned_loops.h>

namespace cairn::kernels {
namespace {

/// C = A Bᵀ by inner products, nothing packed. A few rows of A stay in L1 while a share
/// of B's rows that fits the L2 passes by. A block of sums is soon done: with k = 100 it
/// is 50 FMAs, so between two of them nothing is divided.
template <class T>
void run_dots(const GemmOps<T>& ops, const GemmCall<T>& g) {
  const std::int64_t quads = g.m <= ops.dot_rows[2] && g.n > 4 ? 2 : 1;
  const std::int64_t columns = 4 * quads;
  const Split rows = Split::at_most(g.m, ops.dot_rows[quads]);
  const std::int64_t share = std::max<std::int64_t>(
      columns, cache_sizes().l2 / 2 / (columns * g.k * sizeof(T)) * columns);

  const auto run_rows = [&](std::int64_t ir, std::int64_t begin, std::int64_t end) {
    const std::int64_t i = rows.begin(ir), height = rows.size(ir);
    const Epilogue<T>& e = g.epilogue;
    GemmTile<T> t{};
    t.k = g.k;
    t.a = g.a + i * g.lda;
    t.a_row = g.lda;
    t.b_step = g.ldb;
    t.c_row = g.ldc;
    t.finish = {g.alpha, g.beta, nullptr, e.row_bias, e.relu};
    if (e.row_bias != nullptr) t.finish.row_bias += i;
    for (std::int64_t j = begin; j < end; j += columns) {
      const std::int64_t left = std::min(columns, end - j), across = left > 4 ? 2 : 1;
      t.b = g.b + j * g.ldb;
      t.c = g.c + i * g.ldc + j;
      t.tail = static_cast<int>(left - 4 * (across - 1));
      if (e.bias != nullptr) t.finish.bias = e.bias + j;
      ops.dot[across][height](t);
    }
  };
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    end = std::min(end * columns, g.n);
    for (std::int64_t jc = begin * columns; jc < end; jc += share) {
      for (std::int64_t ir = 0; ir < rows.parts; ++ir)
        run_rows(ir, jc, std::min(jc + share, end));
    }
  };
  const std::int64_t blocks = ceil_div(g.n, columns);
  const double flops = 2.0 * g.m * g.n * g.k;
  if (num_threads() == 1 || flops < kParallelFlops) return run(0, blocks);
  const std::int64_t parts = static_cast<std::int64_t>(2 * flops / kParallelFlops);
  parallel_for(blocks, ceil_div(blocks, parts), run);
}

constexpr std::int64_t kTiny = 64;  // multiplications

/// epilogue(value + beta · c), which C(i, j) becomes; c is not read for beta = 0.
template <class T>
T finished(const GemmCall<T>& g, std::int64_t i, std::int64_t j, T value, const T& c) {
  if (g.beta != T(0)) value += g.beta * c;
  if (g.epilogue.bias != nullptr) value += g.epilogue.bias[j];
  if (g.epilogue.row_bias != nullptr) value += g.epilogue.row_bias[i];
  return g.epilogue.relu && value < T(0) ? T(0) : value;
}

/// C ← epilogue(alpha · sum + beta · C) for the columns [begin, end) of a single row.
template <class T>
void finish_row(const GemmCall<T>& g, const T* sum, std::int64_t begin,
                std::int64_t end) {
  for (std::int64_t j = begin; j < end; ++j) {
    g.c[j] = finished(g, 0, j, g.alpha * sum[j], g.c[j]);
  }
}

/// One row of C from a B that lies row by row: B is read once, from end to end. On
/// several threads each has some of the columns.
template <class T>
void run_rows(const GemmOps<T>& ops, const GemmCall<T>& g) {
  constexpr std::int64_t kColumns = 128;  // of a part: whole lines of several vectors
  const std::int64_t x_step = g.trans_a == Trans::no ? 1 : g.lda;
  const detail::ScratchBuffer buffer(g.n * sizeof(T));
  T* const sum = buffer.as<T>();
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t j = begin * kColumns, stop = std::min(end * kColumns, g.n);
    std::fill(sum + j, sum + stop, T(0));
    ops.add_rows(g.a, x_step, g.b + j, g.ldb, g.k, stop - j, sum + j);
    finish_row(g, sum, j, stop);
  };
  const std::int64_t parts = ceil_div(g.n, kColumns);
  if (num_threads() == 1 || 2.0 * g.n * g.k < kParallelFlops / 4) return run(0, parts);
  parallel_for(parts, std::max<std::int64_t>(1, parts / num_threads()), run);
}

/// alpha · A · B is nothing: C ← epilogue(beta · C).
template <class T>
void scale_only(const GemmCall<T>& g) {
  for (std::int64_t i = 0; i < g.m; ++i) {
    T* row = g.c + i * g.ldc;
    for (std::int64_t j = 0; j < g.n; ++j) row[j] = finished(g, i, j, T(0), row[j]);
  }
}

Trans flipped(Trans t) { return t == Trans::no ? Trans::yes : Trans::no; }

/// C = A B becomes Cᵀ = Bᵀ Aᵀ; where that is to be stored is not said.
template <class T>
void swap_sides(GemmCall<T>& g) {
  std::swap(g.m, g.n);
  std::swap(g.a, g.b);
  std::swap(g.lda, g.ldb);
  std::swap(g.trans_a, g.trans_b);
  g.trans_a = flipped(g.trans_a);
  g.trans_b = flipped(g.trans_b);
  std::swap(g.epilogue.bias, g.epilogue.row_bias);
}

/// A product with one column is turned into one with one row, and a vector that lies
/// contiguous is taken as a row, whichever way it was named.
template <class T>
void straighten(GemmCall<T>& g) {
  if (g.n == 1 && g.m > 1 && g.ldc == 1) {
    swap_sides(g);
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

/// The ways to C = op(A) Bᵀ. Counted in FMAs on vectors: turning eight elements, from
/// memory to memory, costs about as much as five or six of them, and what an inner
/// product adds to its k as ten. On a Zen 3 the counts foretell the ratios of the times
/// to about a tenth.
enum class Way { dots, turned, tiles };

template <class T>
double cost_of_dots(const GemmOps<T>& ops, double m, std::int64_t n, double k) {
  return 1.15 * m * round_up(n, 4) * (k / ops.width + 10);
}

template <class T>
Way way_to_turned_b(const GemmOps<T>& ops, const GemmCall<T>& g) {
  const double m = g.m, n = g.n, k = g.k, width = ops.width;
  const auto vectors = [&](std::int64_t n) -> double { return ceil_div(n, ops.width); };
  const double tiles = m * k * vectors(g.n) + 5 * n * k / width;
  const double turned =
      g.m > 2 * kFewRows ? tiles : (n * k + 6 * (k + n)) * vectors(g.m);
  // Rows of B that lie pages apart share one set of the L1, which has as many ways as
  // pages. A tile of more rows loses each line between two of its elements: with 12 rows
  // in 8 ways it takes two to two and a half times as long.
  const std::int64_t across = std::min<std::int64_t>(vectors(g.m), ops.panel_vectors);
  const bool evicts = g.ldb * static_cast<std::int64_t>(sizeof(T)) % 4096 == 0 &&
                      ops.tile_rows[across] > cache_sizes().l1 / 4096;
  // A's few columns can be copied as rows; more of them are too many for inner
  // products.
  const bool rows = g.trans_a == Trans::no || g.m <= kMaxDotRows;
  const double dots = rows ? cost_of_dots(ops, m, g.n, k) : tiles;
  const double as_it_lies = evicts ? 2 * turned : turned;
  if (dots < tiles && dots < as_it_lies) return Way::dots;
  return as_it_lies < tiles ? Way::turned : Way::tiles;
}

/// Whether vectors are better laid along the rows of A than across C, whose columns are
/// few or end in a part empty vector, or where nothing has to be copied for it, because
/// A and B are both transposed. Counted as above; what is stored piece by piece costs a
/// row three.
template <class T>
bool is_narrow(const GemmOps<T>& ops, const GemmCall<T>& g) {
  const bool crossed = g.trans_a == Trans::yes && g.trans_b == Trans::yes;
  if (g.n > NarrowLoops<T>::kMostColumns) return false;
  if (!crossed && (g.m < g.n || g.n % ops.width == 0)) return false;
  const std::int64_t width = ops.width, along = g.m * g.k * ceil_div(g.n, width);
  const std::int64_t across = g.n * g.k * ceil_div(g.m, width);
  const std::int64_t turns =
      6 * g.m * g.n + (g.trans_a == Trans::no ? 5 * g.m * g.k : 0);
  const std::int64_t copies = g.trans_b == Trans::yes ? 5 * g.n * g.k : 0;
  return 10 * (across + turns / width) < 9 * (along + 3 * g.m + copies / width);
}

/// Inner products want the rows of A contiguous: the few columns of Aᵀ are copied.
template <class T>
void run_dots_of_any(const GemmOps<T>& ops, GemmCall<T>& g) {
  if (g.trans_a == Trans::no) return run_dots(ops, g);
  const detail::ScratchBuffer buffer(g.m * g.k * sizeof(T));
  ops.turn(g.a, g.lda, g.m, g.k, buffer.as<T>(), g.k);
  g.trans_a = Trans::no;
  g.a = buffer.as<T>();
  g.lda = g.k;
  run_dots(ops, g);
}

/// Whether inner products had better make Cᵀ: C has a few columns, not in fours. The
/// other ways are tiles across C, and NarrowLoops.
template <class T>
bool turns_dots(const GemmOps<T>& ops, const GemmCall<T>& g) {
  if (g.trans_a == Trans::yes || g.trans_b == Trans::no || g.beta != T(0)) return false;
  if (g.n >= 8 || g.m <= g.n) return false;
  const double m = g.m, n = g.n, k = g.k, width = ops.width;
  const double turned = cost_of_dots(ops, n, g.m, k);
  const double narrow = m * k * (n + 5) / width, tiles = m * k + 5 * n * k / width;
  return turned < narrow && turned < tiles && turned < cost_of_dots(ops, m, g.n, k);
}

template <class T>
void run_turned_dots(const GemmOps<T>& ops, GemmCall<T>& g) {
  T* const c = g.c;
  const std::int64_t c_row = g.ldc;
  const detail::ScratchBuffer buffer(g.m * g.n * sizeof(T));
  swap_sides(g);
  g.c = buffer.as<T>();
  g.ldc = g.n;
  run_dots(ops, g);
  ops.turn(buffer.as<T>(), g.ldc, g.n, g.m, c, c_row);
}

/// So little that calling a kernel would take longer.
template <class T>
void multiply_tiny(const GemmCall<T>& g) {
  const std::int64_t a_row = g.trans_a == Trans::no ? g.lda : 1;
  const std::int64_t a_step = g.trans_a == Trans::no ? 1 : g.lda;
  const std::int64_t b_step = g.trans_b == Trans::no ? g.ldb : 1;
  const std::int64_t b_column = g.trans_b == Trans::no ? 1 : g.ldb;
  for (std::int64_t i = 0; i < g.m; ++i) {
    for (std::int64_t j = 0; j < g.n; ++j) {
      const T *a = g.a + i * a_row, *b = g.b + j * b_column;
      T sum = 0;
      for (std::int64_t p = 0; p < g.k; ++p) sum += a[p * a_step] * b[p * b_step];
      T& c = g.c[i * g.ldc + j];
      c = finished(g, i, j, g.alpha * sum, c);
    }
  }
}

template <class T>
void multiply_any(const GemmOps<T>& ops, GemmCall<T>& g) {
  if (g.m == 0 || g.n == 0) return;
  if (g.k == 0 || g.alpha == T(0)) return scale_only(g);
  if (g.m * g.n * g.k <= kTiny) return multiply_tiny(g);
  straighten(g);
  if (turns_dots(ops, g)) return run_turned_dots(ops, g);
  if (is_narrow(ops, g)) return NarrowLoops<T>(ops, g).run();
  if (g.trans_b == Trans::yes && g.k > 8) {
    const Way way = way_to_turned_b(ops, g);
    if (way == Way::dots) return run_dots_of_any(ops, g);
    if (way == Way::turned) return TurnedLoops<T>(ops, g).run();
  }
  if (RowLoops<T>::suit(ops, g)) return RowLoops<T>(ops, g).run();
  if (g.m == 1 && g.trans_b == Trans::no && g.n >= 2 * ops.width)
    return run_rows(ops, g);
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
