// Which way a product is computed.
#include <algorithm>
#include <utility>

#include <cairn/core/memory.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/dot_loops.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/narrow_loops.h>
#include <cairn/kernels/gemm/plain_products.h>
#include <cairn/kernels/gemm/row_loops.h>
#include <cairn/kernels/gemm/tile_loops.h>
#include <cairn/kernels/gemm/turned_loops.h>

namespace cairn::kernels {
namespace {

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
