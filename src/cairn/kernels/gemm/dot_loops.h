// C = A Bᵀ by inner products: both operands lie contiguous along the depth, and nothing
// is copied.
//
//   for jc: a share of B's rows          stays in the L2
//     for ir: a few rows of A            stay in the L1
//       for jr: four or eight rows of B  one call of a kernel
#pragma once

#include <algorithm>

#include <cairn/core/parallel.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {

/// A block of sums is soon done: with k = 100 it is 50 FMAs, so between two of them
/// nothing is divided.
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

}  // namespace cairn::kernels
