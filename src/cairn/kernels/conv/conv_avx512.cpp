// Convolution for AVX-512: 32 registers of 16 floats.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/conv_kernels.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/gemm/vectors_avx512.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/tile.inc>

#include <cairn/kernels/conv/conv_tile.inc>

#include <cairn/kernels/conv/conv_pixels.inc>

#include <cairn/kernels/conv/depthwise.inc>

/// As gemm's tiles: up to 24 sums in 32 registers.
template <class V>
constexpr ConvOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      {0, 12, 12, 8, 6},
      {{},
       {nullptr, sweep<V, 1, 1>, sweep<V, 2, 1>, sweep<V, 3, 1>, sweep<V, 4, 1>,
        sweep<V, 5, 1>, sweep<V, 6, 1>, sweep<V, 7, 1>, sweep<V, 8, 1>, sweep<V, 9, 1>,
        sweep<V, 10, 1>, sweep<V, 11, 1>, sweep<V, 12, 1>},
       {nullptr, sweep<V, 1, 2>, sweep<V, 2, 2>, sweep<V, 3, 2>, sweep<V, 4, 2>,
        sweep<V, 5, 2>, sweep<V, 6, 2>, sweep<V, 7, 2>, sweep<V, 8, 2>, sweep<V, 9, 2>,
        sweep<V, 10, 2>, sweep<V, 11, 2>, sweep<V, 12, 2>},
       {nullptr, sweep<V, 1, 3>, sweep<V, 2, 3>, sweep<V, 3, 3>, sweep<V, 4, 3>,
        sweep<V, 5, 3>, sweep<V, 6, 3>, sweep<V, 7, 3>, sweep<V, 8, 3>},
       {nullptr, sweep<V, 1, 4>, sweep<V, 2, 4>, sweep<V, 3, 4>, sweep<V, 4, 4>,
        sweep<V, 5, 4>, sweep<V, 6, 4>}},
      {{},
       pixel_kernels<V, 8, 1>(),
       pixel_kernels<V, 8, 2>(),
       pixel_kernels<V, 8, 3>(),
       pixel_kernels<V, 6, 4>()},
      depthwise_forward<V>,
      depthwise_gradient<V>,
  };
}

}  // namespace

extern constexpr ConvOps<float> conv_avx512 = make_ops<F32>();

}  // namespace cairn::kernels
