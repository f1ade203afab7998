// Convolution of images abreast, for AVX2 with FMA.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/abreast_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/conv/abreast.inc>

/// At most twelve sums in 16 registers.
template <class V>
constexpr AbreastOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      {0, 12, 6, 4, 3, 2, 2},
      {{},
       {nullptr, abreast_tiles<V, 1, 1>, abreast_tiles<V, 1, 2>, abreast_tiles<V, 1, 3>,
        abreast_tiles<V, 1, 4>, abreast_tiles<V, 1, 5>, abreast_tiles<V, 1, 6>,
        abreast_tiles<V, 1, 7>, abreast_tiles<V, 1, 8>, abreast_tiles<V, 1, 9>,
        abreast_tiles<V, 1, 10>, abreast_tiles<V, 1, 11>, abreast_tiles<V, 1, 12>},
       {nullptr, abreast_tiles<V, 2, 1>, abreast_tiles<V, 2, 2>, abreast_tiles<V, 2, 3>,
        abreast_tiles<V, 2, 4>, abreast_tiles<V, 2, 5>, abreast_tiles<V, 2, 6>},
       {nullptr, abreast_tiles<V, 3, 1>, abreast_tiles<V, 3, 2>, abreast_tiles<V, 3, 3>,
        abreast_tiles<V, 3, 4>},
       {nullptr, abreast_tiles<V, 4, 1>, abreast_tiles<V, 4, 2>,
        abreast_tiles<V, 4, 3>},
       {nullptr, abreast_tiles<V, 5, 1>, abreast_tiles<V, 5, 2>},
       {nullptr, abreast_tiles<V, 6, 1>, abreast_tiles<V, 6, 2>}},
      {0, 12, 6, 4, 3, 2, 2},
      {{},
       {nullptr, abreast_sums<V, 1, 1>, abreast_sums<V, 1, 2>, abreast_sums<V, 1, 3>,
        abreast_sums<V, 1, 4>, abreast_sums<V, 1, 5>, abreast_sums<V, 1, 6>,
        abreast_sums<V, 1, 7>, abreast_sums<V, 1, 8>, abreast_sums<V, 1, 9>,
        abreast_sums<V, 1, 10>, abreast_sums<V, 1, 11>, abreast_sums<V, 1, 12>},
       {nullptr, abreast_sums<V, 2, 1>, abreast_sums<V, 2, 2>, abreast_sums<V, 2, 3>,
        abreast_sums<V, 2, 4>, abreast_sums<V, 2, 5>, abreast_sums<V, 2, 6>},
       {nullptr, abreast_sums<V, 3, 1>, abreast_sums<V, 3, 2>, abreast_sums<V, 3, 3>,
        abreast_sums<V, 3, 4>},
       {nullptr, abreast_sums<V, 4, 1>, abreast_sums<V, 4, 2>, abreast_sums<V, 4, 3>},
       {nullptr, abreast_sums<V, 5, 1>, abreast_sums<V, 5, 2>},
       {nullptr, abreast_sums<V, 6, 1>, abreast_sums<V, 6, 2>}},
      gather_lanes<V>,
      scatter_lanes<V>};
}

}  // namespace

extern constexpr AbreastKernels abreast_avx2 = {make_ops<F32x8>(), make_ops<F64x4>()};

}  // namespace cairn::kernels
