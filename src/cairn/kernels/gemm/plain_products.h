// Products that need no tiles: a single row, next to nothing, nothing at all.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {

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

constexpr std::int64_t kTiny = 64;  // multiplications

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

}  // namespace cairn::kernels
