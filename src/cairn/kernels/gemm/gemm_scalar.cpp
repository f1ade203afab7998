// Matrix multiplication for any processor: the same tiles, on "registers" of one
// element.
#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_scalar.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>
#include <cairn/kernels/gemm/vector_matrix.inc>

template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      4,
      {0, 4, 4, 4, 4},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>, tile<V, 3, 4>, tile<V, 4, 4>}},
      {0, 2, 1},
      {{}, {nullptr, dot<V, 1, 1>, dot<V, 2, 1>}, {nullptr, dot<V, 1, 2>}},
      copy<V>,
      transpose<V>,
      turn<V>,
      add_rows<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_scalar = {make_ops<One<float>>(),
                                            make_ops<One<double>>()};

}  // namespace cairn::kernels
