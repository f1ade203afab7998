#include <immintrin.h>

#include <algorithm>
#include <vector>

#include "steps.h"

namespace cairn::bench {

#include "gemm_rows.inc"

void rows_of_b_avx2(const Product& g) { add_rows(g); }

namespace {

constexpr std::int64_t kRows = 6;      // of a tile: 6 × 2 registers of sums, two of B
constexpr std::int64_t kColumns = 16;  // and one of A are 15 of AVX2's 16

// A is read by element, a row `a_row` after another and a step of depth `a_step` after
// another: packed and unpacked are the same code.
struct Operands {
  const float* a;
  std::int64_t a_row, a_step;
  const float* b;
  std::int64_t b_step;
};

// C's tile += A's rows times B's columns; sums stay in registers for the whole depth.
template <int R>
void tile(Operands at, std::int64_t depth, float* c, std::int64_t c_row) {
  __m256 sums[R][2];
#pragma GCC unroll 6
  for (int r = 0; r < R; ++r) {
    sums[r][0] = _mm256_loadu_ps(c + r * c_row);
    sums[r][1] = _mm256_loadu_ps(c + r * c_row + 8);
  }
  for (std::int64_t p = 0; p < depth; ++p) {
    const __m256 b0 = _mm256_loadu_ps(at.b), b1 = _mm256_loadu_ps(at.b + 8);
#pragma GCC unroll 6
    for (int r = 0; r < R; ++r) {
      const __m256 a = _mm256_set1_ps(at.a[r * at.a_row]);
      sums[r][0] = _mm256_fmadd_ps(a, b0, sums[r][0]);
      sums[r][1] = _mm256_fmadd_ps(a, b1, sums[r][1]);
    }
    at.a += at.a_step;
    at.b += at.b_step;
  }
#pragma GCC unroll 6
  for (int r = 0; r < R; ++r) {
    _mm256_storeu_ps(c + r * c_row, sums[r][0]);
    _mm256_storeu_ps(c + r * c_row + 8, sums[r][1]);
  }
}

using Tile = void (*)(Operands, std::int64_t, float*, std::int64_t);
constexpr Tile kTile[kRows + 1] = {nullptr, tile<1>, tile<2>, tile<3>,
                                   tile<4>, tile<5>, tile<6>};

void clear(const Product& g) { std::fill(g.c, g.c + g.m * g.n, 0.0f); }

// A block of the depth, [p, p + depth), and of the rows, [i, i + rows), of everything.
struct Block {
  std::int64_t i, rows, p, depth;
};

void multiply_block(const Product& g, const Block& at) {
  for (std::int64_t j = 0; j < g.n; j += kColumns) {
    for (std::int64_t i = at.i; i < at.i + at.rows; i += kRows) {
      const std::int64_t rows = std::min(kRows, at.i + at.rows - i);
      kTile[rows]({g.a + i * g.k + at.p, g.k, 1, g.b + at.p * g.n + j, g.n}, at.depth,
                  g.c + i * g.n + j, g.n);
    }
  }
}

constexpr std::int64_t kDepth = 256;      // 256 × 16 floats of B are half of an L1
constexpr std::int64_t kBlockRows = 192;  // 192 × 256 floats of A fit an L2

// Calls f(block) for every block of depth and, in it, of rows.
template <class F>
void each_block(const Product& g, F f) {
  for (std::int64_t p = 0; p < g.k; p += kDepth) {
    for (std::int64_t i = 0; i < g.m; i += kBlockRows) {
      f(Block{i, std::min(kBlockRows, g.m - i), p, std::min(kDepth, g.k - p)});
    }
  }
}

}  // namespace

void tile_in_registers_avx2(const Product& g) {
  clear(g);
  multiply_block(g, {0, g.m, 0, g.k});
}

void blocks_in_cache_avx2(const Product& g) {
  clear(g);
  each_block(g, [&](const Block& block) { multiply_block(g, block); });
}

namespace {

// Tile by tile, in each the rows side by side for every step of depth.
void pack_a(const Product& g, const Block& at, float* to) {
  for (std::int64_t i = 0; i < at.rows; i += kRows) {
    const std::int64_t rows = std::min(kRows, at.rows - i);
    for (std::int64_t p = 0; p < at.depth; ++p) {
      for (std::int64_t r = 0; r < rows; ++r) {
        *to++ = g.a[(at.i + i + r) * g.k + at.p + p];
      }
    }
  }
}

// Strip by strip of 16 columns, in each a row after the other without a gap.
void pack_b(const Product& g, const Block& at, float* to) {
  for (std::int64_t j = 0; j < g.n; j += kColumns) {
    for (std::int64_t p = 0; p < at.depth; ++p) {
      std::copy_n(g.b + (at.p + p) * g.n + j, kColumns, to);
      to += kColumns;
    }
  }
}

}  // namespace

void packed_blocks_avx2(const Product& g) {
  std::vector<float> a(kBlockRows * kDepth), b(kDepth * g.n);
  clear(g);
  each_block(g, [&](const Block& at) {
    if (at.i == 0) pack_b(g, at, b.data());
    pack_a(g, at, a.data());
    for (std::int64_t j = 0; j < g.n; j += kColumns) {
      for (std::int64_t i = 0; i < at.rows; i += kRows) {
        const std::int64_t rows = std::min(kRows, at.rows - i);
        kTile[rows](
            {a.data() + i * at.depth, 1, rows, b.data() + j * at.depth, kColumns},
            at.depth, g.c + (at.i + i) * g.n + j, g.n);
      }
    }
  });
}

}  // namespace cairn::bench
