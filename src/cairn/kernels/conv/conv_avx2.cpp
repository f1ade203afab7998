// Convolution for AVX2 with FMA: 16 registers of 8 floats or 4 doubles.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/conv_kernels.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/tile.inc>

#include <cairn/kernels/conv/conv_tile.inc>

#include <cairn/kernels/conv/conv_pixels.inc>

#include <cairn/kernels/conv/depthwise.inc>

/// As gemm's tiles: at most twelve sums, and never more than 15 registers.
template <class V>
constexpr ConvOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      {0, 12, 6, 4, 2},
      {{},
       {nullptr, sweep<V, 1, 1>, sweep<V, 2, 1>, sweep<V, 3, 1>, sweep<V, 4, 1>,
        sweep<V, 5, 1>, sweep<V, 6, 1>, sweep<V, 7, 1>, sweep<V, 8, 1>, sweep<V, 9, 1>,
        sweep<V, 10, 1>, sweep<V, 11, 1>, sweep<V, 12, 1>},
       {nullptr, sweep<V, 1, 2>, sweep<V, 2, 2>, sweep<V, 3, 2>, sweep<V, 4, 2>,
        sweep<V, 5, 2>, sweep<V, 6, 2>},
       {nullptr, sweep<V, 1, 3>, sweep<V, 2, 3>, sweep<V, 3, 3>, sweep<V, 4, 3>},
       {nullptr, sweep<V, 1, 4>, sweep<V, 2, 4>}},
      {{},
       pixel_kernels<V, 8, 1>(),
       pixel_kernels<V, 6, 2>(),
       pixel_kernels<V, 4, 3>(),
       pixel_kernels<V, 3, 4>()},
      depthwise_forward<V>,
      depthwise_gradient<V>,
  };
}

}  // namespace

extern constexpr ConvKernels conv_avx2 = {make_ops<F32x8>(), make_ops<F64x4>()};

}  // namespace cairn::kernels
