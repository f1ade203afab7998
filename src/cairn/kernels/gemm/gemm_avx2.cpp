// Matrix multiplication for AVX2 with FMA: 16 registers of 8 floats or 4 doubles.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>
#include <cairn/kernels/gemm/vector_matrix.inc>

/// 6 × 2 vectors: 12 sums, two vectors of B and one element of A fill 15 of the 16
/// registers. Wider tiles serve matrices of very few rows.
template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      2,
      {0, 12, 6, 4, 2},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>,
        tile<V, 5, 1>, tile<V, 6, 1>, tile<V, 7, 1>, tile<V, 8, 1>, tile<V, 9, 1>,
        tile<V, 10, 1>, tile<V, 11, 1>, tile<V, 12, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>,
        tile<V, 5, 2>, tile<V, 6, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>}},
      {0, 3, 1},
      {{},
       {nullptr, dot<V, 1, 1>, dot<V, 2, 1>, dot<V, 3, 1>},
       {nullptr, dot<V, 1, 2>}},
      copy<V>,
      transpose<V>,
      turn<V>,
      add_rows<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_avx2 = {make_ops<F32x8>(), make_ops<F64x4>()};

}  // namespace cairn::kernels
