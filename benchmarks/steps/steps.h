// Matrix multiplication and convolution on the way from the definition to the library,
// one step a function, so that the figure gained at each can be measured: see "From
// loops to the limit" in docs/kernels.md.
#pragma once

#include <cstdint>

namespace cairn::bench {

/// C[m][n] = A[m][k] · B[k][n], row-major and dense; n a multiple of 16, which only the
/// library itself need not ask for.
struct Product {
  std::int64_t m, n, k;
  const float* a;
  const float* b;
  float* c;
};

void three_loops(const Product& p);     // i, j, p: the definition
void rows_of_b(const Product& p);       // i, p, j: B and C are read along their rows
void rows_of_b_avx2(const Product& p);  // the same text, compiled for AVX2 and FMA
void tile_in_registers_avx2(const Product& p);
void blocks_in_cache_avx2(const Product& p);
void packed_blocks_avx2(const Product& p);

/// A 3×3 convolution with stride 1 and a border of one pixel of zeros.
struct Convolution {
  std::int64_t n, channels, height, width, out;
  const float* x;       // [n, channels, height, width], or channels last: see the step
  const float* weight;  // [out, channels, 3, 3], or [3, 3, channels, out]
  float* y;             // as x, with `out` channels
};

void seven_loops(const Convolution& c);           // channels first: the definition
void columns_and_product(const Convolution& c);   // channels first: im2col, then gemm
void channels_last_avx2(const Convolution& c);    // vectors run over output channels
void product_for_each_tap(const Convolution& c);  // channels last: nine gemms a row

}  // namespace cairn::bench
