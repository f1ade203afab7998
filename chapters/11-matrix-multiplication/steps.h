// The way from the plain loops to gemm.h, a step a function. All compute C += A B.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "11-matrix-multiplication/gemm.h"
#include "11-matrix-multiplication/plain.h"

namespace ch11 {

// ---- vectors

// multiply_rows again. The innermost loop is a kernel, and takes a vector at a time.
inline void multiply_vectors(const Product& x) {
  const Kernels<double> kernel = kernels<double>();
  for (std::size_t i = 0; i < x.m; ++i) {
    for (std::size_t p = 0; p < x.k; ++p) {
      kernel.add_row(x.n, x.a[i * x.a_row + p], x.b + p * x.b_row, x.c + i * x.c_row);
    }
  }
}

// ---- a tile of C in registers

// ANCHOR: tiles
inline void multiply_tiles(const Product& x) {
  const Kernels<double> kernel = kernels<double>();
  const std::size_t rows = x.m / kernel.rows * kernel.rows;
  const std::size_t columns = x.n / kernel.columns * kernel.columns;
  for (std::size_t j = 0; j < columns; j += kernel.columns) {
    for (std::size_t i = 0; i < rows; i += kernel.rows) {
      kernel.as_it_lies({x.k, x.a + i * x.a_row, x.a_row, 1, x.b + j, x.b_row,
                         x.c + i * x.c_row + j, x.c_row});
    }
  }
  multiply_rest(x, rows, columns);
}
// ANCHOR_END: tiles

// ---- packing

// ANCHOR: packed
inline void multiply_packed(const Product& x) {
  const Kernels<double> kernel = kernels<double>();
  const std::size_t rows = x.m / kernel.rows * kernel.rows;
  const std::size_t columns = x.n / kernel.columns * kernel.columns;
  const Room<double> a(rows * x.k), b(columns * x.k);
  pack(by_rows(x.a, x.a_row).transposed(), x.k, rows, kernel.rows, a.begin());
  pack(by_rows(x.b, x.b_row), x.k, columns, kernel.columns, b.begin());
  for (std::size_t j = 0; j < columns; j += kernel.columns) {
    for (std::size_t i = 0; i < rows; i += kernel.rows) {
      kernel.packed({x.k, a.begin() + i * x.k, 1, kernel.rows, b.begin() + j * x.k,
                     kernel.columns, x.c + i * x.c_row + j, x.c_row});
    }
  }
  multiply_rest(x, rows, columns);
}
// ANCHOR_END: packed

// ---- blocks

// ANCHOR: blocked
inline void multiply_blocked(const Product& x) {
  const Kernels<double> kernel = kernels<double>();
  const Blocks block = choose_blocks(kernel, caches());
  const std::size_t rows = x.m / kernel.rows * kernel.rows;
  const std::size_t columns = x.n / kernel.columns * kernel.columns;
  const Room<double> a(block.mc * block.kc), b(block.kc * std::min(block.nc, columns));
  for (std::size_t j0 = 0; j0 < columns; j0 += block.nc) {
    const std::size_t nc = std::min(block.nc, columns - j0);
    for (std::size_t p0 = 0; p0 < x.k; p0 += block.kc) {
      const std::size_t kc = std::min(block.kc, x.k - p0);
      pack(by_rows(x.b, x.b_row).from(p0, j0), kc, nc, kernel.columns, b.begin());
      for (std::size_t i0 = 0; i0 < rows; i0 += block.mc) {
        const std::size_t mc = std::min(block.mc, rows - i0);
        pack(by_rows(x.a, x.a_row).from(i0, p0).transposed(), kc, mc, kernel.rows,
             a.begin());
        for (std::size_t j = 0; j < nc; j += kernel.columns) {
          for (std::size_t i = 0; i < mc; i += kernel.rows) {
            kernel.packed({kc, a.begin() + i * kc, 1, kernel.rows, b.begin() + j * kc,
                           kernel.columns, x.c + (i0 + i) * x.c_row + j0 + j, x.c_row});
          }
        }
      }
    }
  }
  multiply_rest(x, rows, columns);
}
// ANCHOR_END: blocked

// ---- edges, and asking ahead

// multiply_add of gemm.h, with another of the kernels in the place of the fastest.
inline void multiply_with(const Product& x, const Kernels<double>& kernel) {
  multiply_add(x.m, x.n, x.k, by_rows(x.a, x.a_row), by_rows(x.b, x.b_row), x.c,
               x.c_row, kernel, choose_blocks(kernel, caches()));
}

inline void multiply_edges(const Product& x) {
  Kernels<double> kernel = kernels<double>();
  kernel.fast = kernel.packed;
  multiply_with(x, kernel);
}

inline void multiply_asking(const Product& x) {
  Kernels<double> kernel = kernels<double>();
  kernel.fast = kernel.asking;
  multiply_with(x, kernel);
}

inline void multiply_fast(const Product& x) {
  gemm(x.m, x.n, x.k, x.a, x.a_row, x.b, x.b_row, x.c, x.c_row);
}

struct Step {
  const char* name;
  void (*multiply)(const Product&);
};

inline const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {"three loops", multiply_plain},  {"along rows", multiply_rows},
      {"vectors", multiply_vectors},    {"tiles", multiply_tiles},
      {"packed", multiply_packed},      {"blocks", multiply_blocked},
      {"edges", multiply_edges},        {"asking ahead", multiply_asking},
      {"four at a time", multiply_fast}};
  return all;
}

}  // namespace ch11
