// C = A Bᵀ where A has few rows, which is what a Linear layer asks for: the tiles make
// Cᵀ.
//
// Cᵀ = B Aᵀ, so the large matrix is the one that is read element by element, from where
// it lies, and only the small one has to be copied, across its rows, to be read by
// vectors. Tiles below each other leave a strip of Cᵀ in a buffer that stays in the L1,
// from which it is turned into C: n · m elements are moved where a transposed copy of B
// would have moved n · k.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

template <class T>
class TurnedLoops {
 public:
  TurnedLoops(const GemmOps<T>& ops, const GemmCall<T>& call)
      : ops_(ops),
        g_(call),
        panels_(split_panels(ceil_div(call.m, ops.width), ops.panel_vectors)),
        depth_(Split::at_most(call.k, kDepth)),
        parallel_(num_threads() > 1 &&
                  2.0 * call.m * call.n * call.k >= kParallelFlops),
        strip_(parallel_ && call.n < 8 * kStrip ? kShortStrip : kStrip) {}

  void run() const {
    const std::int64_t largest = depth_.size(depth_.parts - 1);
    const detail::ScratchBuffer buffer(largest * vectors_before(panels_.parts) *
                                       ops_.width * sizeof(T));
    for (std::int64_t pc = 0; pc < depth_.parts; ++pc) {
      pack_a(depth_.begin(pc), depth_.size(pc), buffer.as<T>());
      in_parallel(parallel_, ceil_div(g_.n, strip_), [&](auto begin, auto end) {
        for (std::int64_t s = begin; s < end; ++s) run_strip(pc, s, buffer.as<T>());
      });
    }
  }

 private:
  // Rows of Cᵀ in a strip: whole vectors of C, and whole tiles of each height. Shorter
  // where there would be too few strips to share out.
  static constexpr std::int64_t kStrip = 48;
  static constexpr std::int64_t kShortStrip = 32;
  static constexpr std::int64_t kDepth = 1024;

  std::int64_t vectors_before(std::int64_t panel) const { return panels_.begin(panel); }

  /// Aᵀ in panels, one after the other.
  void pack_a(std::int64_t p, std::int64_t k, T* out) const {
    const bool lies_turned = g_.trans_a == Trans::yes;
    const auto pack = lies_turned ? ops_.copy : ops_.transpose;
    in_parallel(parallel_, panels_.parts, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t jr = begin; jr < end; ++jr) {
        const std::int64_t j = panels_.begin(jr) * ops_.width;
        const std::int64_t step = panels_.size(jr) * ops_.width;
        const T* const from =
            lies_turned ? g_.a + j + p * g_.lda : g_.a + j * g_.lda + p;
        pack(from, g_.lda, k, std::min(step, g_.m - j), out + j * k, step);
      }
    });
  }

  void run_strip(std::int64_t pc, std::int64_t strip, const T* packed) const {
    const std::int64_t i = strip * strip_, rows = std::min(strip_, g_.n - i);
    alignas(64) T sums[kStrip * kMaxTileVectors * 64 / sizeof(T)];
    const bool first = pc == 0, last = pc + 1 == depth_.parts;
    for (std::int64_t jr = 0; jr < panels_.parts; ++jr) {
      const std::int64_t j = panels_.begin(jr) * ops_.width;
      const std::int64_t step = panels_.size(jr) * ops_.width;
      const std::int64_t columns = std::min(step, g_.m - j);
      T* const c = g_.c + j * g_.ldc + i;
      const T beta = first ? g_.beta : T(1);
      if (beta != T(0)) ops_.transpose(c, g_.ldc, rows, columns, sums, step);
      GemmTile<T> t{};
      t.k = depth_.size(pc);
      t.a = g_.b + i * g_.ldb + depth_.begin(pc);
      t.a_row = g_.ldb;
      t.a_step = 1;
      t.b = packed + j * t.k;
      t.b_step = step;
      t.b_padded = true;
      t.b_ahead = t.b_ahead_next = 8;
      t.c = sums;
      t.c_row = step;
      t.tail = static_cast<int>(columns - (step - ops_.width));
      t.finish = {g_.alpha, beta, nullptr, nullptr, false};
      if (last) {
        const Epilogue<T>& e = g_.epilogue;
        if (e.row_bias != nullptr) t.finish.bias = e.row_bias + j;
        if (e.bias != nullptr) t.finish.row_bias = e.bias + i;
        t.finish.relu = e.relu;
      }
      run_tile_column(ops_, panels_.size(jr), rows, t);
      ops_.turn(sums, step, columns, rows, c, g_.ldc);
    }
  }

  const GemmOps<T>& ops_;
  const GemmCall<T>& g_;
  Split panels_;  // of m, in vectors
  Split depth_;   // of k
  bool parallel_;
  std::int64_t strip_;
};

}  // namespace cairn::kernels
