// Matrix multiplication for AVX-512: 32 registers of 16 floats or 8 doubles.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/gemm/vectors_avx512.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>
#include <cairn/kernels/gemm/vector_matrix.inc>

/// Tiles of 6 × 4, 8 × 3 and 12 × 2 vectors keep 24 sums in 32 registers. Six by four
/// is the one for large matrices: it needs the fewest loads, ten for 24 FMAs.
template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      4,
      {0, 12, 12, 8, 6},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>,
        tile<V, 5, 1>, tile<V, 6, 1>, tile<V, 7, 1>, tile<V, 8, 1>, tile<V, 9, 1>,
        tile<V, 10, 1>, tile<V, 11, 1>, tile<V, 12, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>,
        tile<V, 5, 2>, tile<V, 6, 2>, tile<V, 7, 2>, tile<V, 8, 2>, tile<V, 9, 2>,
        tile<V, 10, 2>, tile<V, 11, 2>, tile<V, 12, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>,
        tile<V, 5, 3>, tile<V, 6, 3>, tile<V, 7, 3>, tile<V, 8, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>, tile<V, 3, 4>, tile<V, 4, 4>,
        tile<V, 5, 4>, tile<V, 6, 4>}},
      {0, 6, 3},
      {{},
       {nullptr, dot<V, 1, 1>, dot<V, 2, 1>, dot<V, 3, 1>, dot<V, 4, 1>, dot<V, 5, 1>,
        dot<V, 6, 1>},
       {nullptr, dot<V, 1, 2>, dot<V, 2, 2>, dot<V, 3, 2>}},
      copy<V>,
      transpose<V>,
      turn<V>,
      add_rows<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_avx512 = {make_ops<F32>(), make_ops<F64>()};

}  // namespace cairn::kernels
