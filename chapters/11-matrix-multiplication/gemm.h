// The product of two matrices, as fast as this chapter makes it on one thread.
#pragma once

#include <algorithm>
#include <cstddef>

#include "11-matrix-multiplication/blocks.h"
#include "11-matrix-multiplication/kernels.h"
#include "11-matrix-multiplication/pack.h"
#include "11-matrix-multiplication/view.h"

namespace ch11 {

constexpr std::size_t kLargestTile = 8 * 48;

// ANCHOR: edge
// A tile of which only `rows` rows and `columns` columns are there: it is computed
// whole, beside C, and what exists of it is added.
template <class T>
void edge_tile(const Kernels<T>& kernel, TileCall<T> call, std::size_t rows,
               std::size_t columns) {
  T whole[kLargestTile] = {};
  T* const c = call.c;
  const std::size_t c_row = call.c_row;
  call.c = whole;
  call.c_row = kernel.columns;
  kernel.fast(call);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      c[i * c_row + j] += whole[i * kernel.columns + j];
    }
  }
}
// ANCHOR_END: edge

// ANCHOR: strip
// Every tile of C [rows × width] from one panel of B, for all tiles of a packed A.
template <class T>
void panel_times_block(const Kernels<T>& kernel, TileCall<T> call, std::size_t rows,
                       std::size_t width) {
  for (std::size_t i = 0; i < rows; i += kernel.rows) {
    const std::size_t height = std::min(kernel.rows, rows - i);
    if (height == kernel.rows && width == kernel.columns) {
      kernel.fast(call);
    } else {
      edge_tile(kernel, call, height, width);
    }
    call.a += call.depth * kernel.rows;
    call.c += kernel.rows * call.c_row;
  }
}
// ANCHOR_END: strip

// Up to so many rows, B is read where it lies: a copy would not be used often enough.
constexpr std::size_t kFewRows = 48;

// ANCHOR: gemm
// C [m × n] += A [m × k] B [k × n]. C is stored by rows, which begin c_row apart.
template <class T>
void multiply_add(std::size_t m, std::size_t n, std::size_t k, View<T> a, View<T> b,
                  T* c, std::size_t c_row, const Kernels<T>& kernel,
                  const Blocks& block, std::size_t few_rows = kFewRows) {
  if (m == 0 || n == 0 || k == 0) return;
  const bool copy_b = b.column != 1 || m > few_rows;
  const std::size_t depth = std::min(k, block.kc), wide = std::min(n, block.nc);
  const Room<T> a_room(round_up(std::min(m, block.mc), kernel.rows) * depth);
  const Room<T> b_room(round_up(copy_b ? wide : 1, kernel.columns) * depth);
  for (std::size_t j0 = 0; j0 < n; j0 += block.nc) {
    const std::size_t j1 = std::min(n, j0 + block.nc);
    for (std::size_t p0 = 0; p0 < k; p0 += block.kc) {
      const std::size_t kc = std::min(block.kc, k - p0);
      if (copy_b) pack(b.from(p0, j0), kc, j1 - j0, kernel.columns, b_room.begin());
      for (std::size_t i0 = 0; i0 < m; i0 += block.mc) {
        const std::size_t mc = std::min(block.mc, m - i0);
        pack(a.from(i0, p0).transposed(), kc, mc, kernel.rows, a_room.begin());
        for (std::size_t j = j0; j < j1; j += kernel.columns) {
          const std::size_t width = std::min(kernel.columns, j1 - j);
          TileCall<T> call{kc,
                           a_room.begin(),
                           1,
                           kernel.rows,
                           b_room.begin() + (j - j0) * kc,
                           kernel.columns,
                           c + i0 * c_row + j,
                           c_row};
          if (!copy_b && width == kernel.columns) {
            call.b = &b(p0, j);
            call.b_step = b.row;
          } else if (!copy_b) {
            pack(b.from(p0, j), kc, width, kernel.columns, b_room.begin());
            call.b = b_room.begin();
          }
          panel_times_block(kernel, call, mc, width);
        }
      }
    }
  }
}
// ANCHOR_END: gemm

template <class T>
void multiply_add(std::size_t m, std::size_t n, std::size_t k, View<T> a, View<T> b,
                  T* c, std::size_t c_row) {
  const Kernels<T> kernel = kernels<T>();
  multiply_add(m, n, k, a, b, c, c_row, kernel, choose_blocks(kernel, caches()));
}

// C [m × n] += A [m × k] B [k × n], in any of the ways of this chapter.
using MultiplyAdd = void (*)(std::size_t m, std::size_t n, std::size_t k,
                             View<double> a, View<double> b, double* c,
                             std::size_t c_row);

// C [m × n] += A [m × k] B [k × n], all stored by rows, which begin lda, ldb and ldc
// numbers apart.
inline void gemm(std::size_t m, std::size_t n, std::size_t k, const double* a,
                 std::size_t lda, const double* b, std::size_t ldb, double* c,
                 std::size_t ldc) {
  multiply_add(m, n, k, by_rows(a, lda), by_rows(b, ldb), c, ldc);
}

inline void gemm(std::size_t m, std::size_t n, std::size_t k, const float* a,
                 std::size_t lda, const float* b, std::size_t ldb, float* c,
                 std::size_t ldc) {
  multiply_add(m, n, k, by_rows(a, lda), by_rows(b, ldb), c, ldc);
}

}  // namespace ch11
