// Convolution of images abreast, for AVX-512.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/abreast_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

#include <cairn/kernels/gemm/vectors_avx512.inc>

#include <cairn/kernels/conv/abreast.inc>

/// Up to 24 sums in 32 registers.
template <class V>
constexpr AbreastOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      {0, 12, 12, 8, 6, 4, 4},
      {{},
       {nullptr, abreast_tiles<V, 1, 1>, abreast_tiles<V, 1, 2>, abreast_tiles<V, 1, 3>,
        abreast_tiles<V, 1, 4>, abreast_tiles<V, 1, 5>, abreast_tiles<V, 1, 6>,
        abreast_tiles<V, 1, 7>, abreast_tiles<V, 1, 8>, abreast_tiles<V, 1, 9>,
        abreast_tiles<V, 1, 10>, abreast_tiles<V, 1, 11>, abreast_tiles<V, 1, 12>},
       {nullptr, abreast_tiles<V, 2, 1>, abreast_tiles<V, 2, 2>, abreast_tiles<V, 2, 3>,
        abreast_tiles<V, 2, 4>, abreast_tiles<V, 2, 5>, abreast_tiles<V, 2, 6>,
        abreast_tiles<V, 2, 7>, abreast_tiles<V, 2, 8>, abreast_tiles<V, 2, 9>,
        abreast_tiles<V, 2, 10>, abreast_tiles<V, 2, 11>, abreast_tiles<V, 2, 12>},
       {nullptr, abreast_tiles<V, 3, 1>, abreast_tiles<V, 3, 2>, abreast_tiles<V, 3, 3>,
        abreast_tiles<V, 3, 4>, abreast_tiles<V, 3, 5>, abreast_tiles<V, 3, 6>,
        abreast_tiles<V, 3, 7>, abreast_tiles<V, 3, 8>},
       {nullptr, abreast_tiles<V, 4, 1>, abreast_tiles<V, 4, 2>, abreast_tiles<V, 4, 3>,
        abreast_tiles<V, 4, 4>, abreast_tiles<V, 4, 5>, abreast_tiles<V, 4, 6>},
       {nullptr, abreast_tiles<V, 5, 1>, abreast_tiles<V, 5, 2>, abreast_tiles<V, 5, 3>,
        abreast_tiles<V, 5, 4>},
       {nullptr, abreast_tiles<V, 6, 1>, abreast_tiles<V, 6, 2>, abreast_tiles<V, 6, 3>,
        abreast_tiles<V, 6, 4>}},
      {0, 12, 12, 8, 6, 4, 4},
      {{},
       {nullptr, abreast_sums<V, 1, 1>, abreast_sums<V, 1, 2>, abreast_sums<V, 1, 3>,
        abreast_sums<V, 1, 4>, abreast_sums<V, 1, 5>, abreast_sums<V, 1, 6>,
        abreast_sums<V, 1, 7>, abreast_sums<V, 1, 8>, abreast_sums<V, 1, 9>,
        abreast_sums<V, 1, 10>, abreast_sums<V, 1, 11>, abreast_sums<V, 1, 12>},
       {nullptr, abreast_sums<V, 2, 1>, abreast_sums<V, 2, 2>, abreast_sums<V, 2, 3>,
        abreast_sums<V, 2, 4>, abreast_sums<V, 2, 5>, abreast_sums<V, 2, 6>,
        abreast_sums<V, 2, 7>, abreast_sums<V, 2, 8>, abreast_sums<V, 2, 9>,
        abreast_sums<V, 2, 10>, abreast_sums<V, 2, 11>, abreast_sums<V, 2, 12>},
       {nullptr, abreast_sums<V, 3, 1>, abreast_sums<V, 3, 2>, abreast_sums<V, 3, 3>,
        abreast_sums<V, 3, 4>, abreast_sums<V, 3, 5>, abreast_sums<V, 3, 6>,
        abreast_sums<V, 3, 7>, abreast_sums<V, 3, 8>},
       {nullptr, abreast_sums<V, 4, 1>, abreast_sums<V, 4, 2>, abreast_sums<V, 4, 3>,
        abreast_sums<V, 4, 4>, abreast_sums<V, 4, 5>, abreast_sums<V, 4, 6>},
       {nullptr, abreast_sums<V, 5, 1>, abreast_sums<V, 5, 2>, abreast_sums<V, 5, 3>,
        abreast_sums<V, 5, 4>},
       {nullptr, abreast_sums<V, 6, 1>, abreast_sums<V, 6, 2>, abreast_sums<V, 6, 3>,
        abreast_sums<V, 6, 4>}},
      gather_lanes<V>,
      scatter_lanes<V>};
}

}  // namespace

extern constexpr AbreastKernels abreast_avx512 = {make_ops<F32>(), make_ops<F64>()};

}  // namespace cairn::kernels
