// C with few columns: the tiles make Cᵀ = Bᵀ Aᵀ, whose vectors run along the many rows
// of A.
//
//   for jr: a panel of Aᵀ, as wide as a tile
//     for pc: depth, kc at a time       (copy that part of the panel, if it lies in rows)
//       for ir: tiles of C's columns    one call of a kernel for each height
//     turn the panel's sums into C
//
// With three columns a vector across C would be five eighths empty.
#pragma once

#include <algorithm>

#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

template <class T>
class NarrowLoops {
 public:
  static constexpr std::int64_t kMostColumns = 48;

  NarrowLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        // The fewer columns C has, the wider a tile of Cᵀ can be.
        panels_(Split::at_most(ceil_div(call.m, ops.width), widest_tile(ops, call.n))) {
  }

  void run() const {
    const auto run = [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t jr = begin; jr < end; ++jr) run_panel(jr);
    };
    const bool parallel =
        num_threads() > 1 && 2.0 * g_.m * g_.n * g_.k >= kParallelFlops;
    in_parallel(parallel, panels_.parts, run);
  }

 private:
  static constexpr std::int64_t kDepth = 128;
  static constexpr std::int64_t kMostLanes = kMaxTileVectors * 64 / sizeof(T);

  void run_panel(std::int64_t jr) const {
    const std::int64_t j = panels_.begin(jr) * ops_.width;
    const std::int64_t vectors = panels_.size(jr), step = vectors * ops_.width;
    const std::int64_t rows = std::min(step, g_.m - j);
    alignas(64) T sums[kMostColumns * kMostLanes], copied[kDepth * kMostLanes];
    T* const c = g_.c + j * g_.ldc;
    if (g_.beta != T(0)) ops_.transpose(c, g_.ldc, g_.n, rows, sums, step);
    GemmTile<T> t{};
    t.a_row = g_.trans_b == Trans::yes ? g_.ldb : 1;
    t.a_step = g_.trans_b == Trans::yes ? 1 : g_.ldb;
    t.b_ahead = t.b_ahead_next = 8;
    t.c_row = step;
    t.tail = static_cast<int>(rows - (step - ops_.width));
    const bool copies = g_.trans_a == Trans::no;
    const std::int64_t kc = copies ? kDepth : g_.k;
    for (std::int64_t p = 0; p < g_.k; p += kc) {
      t.k = std::min(kc, g_.k - p);
      t.a = g_.b + p * t.a_step;
      t.b = copies ? copied : g_.a + p * g_.lda + j;
      t.b_step = copies ? step : g_.lda;
      t.b_padded = copies;
      if (copies) {
        ops_.transpose(g_.a + j * g_.lda + p, g_.lda, t.k, rows, copied, step);
      }
      t.c = sums;
      t.finish = {g_.alpha, p == 0 ? g_.beta : T(1), nullptr, nullptr, false};
      if (p + t.k == g_.k) {
        const Epilogue<T>& e = g_.epilogue;
        if (e.row_bias != nullptr) t.finish.bias = e.row_bias + j;
        t.finish.row_bias = e.bias;
        t.finish.relu = e.relu;
      }
      run_tile_column(ops_, vectors, g_.n, t);
    }
    ops_.turn(sums, step, rows, g_.n, c, g_.ldc);
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  Split panels_;  // of m, in vectors
};

}  // namespace cairn::kernels
