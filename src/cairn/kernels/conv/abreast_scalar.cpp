// Convolution of images abreast, for any processor: one at a time.
#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/abreast_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_scalar.inc>

#include <cairn/kernels/conv/abreast.inc>

/// At most six sums: there is nothing to fill.
template <class V>
constexpr AbreastOps<typename V::Scalar> make_ops() {
  return {V::width,
          {0, 4, 2, 1, 1, 1, 1},
          {{},
           {nullptr, abreast_tiles<V, 1, 1>, abreast_tiles<V, 1, 2>,
            abreast_tiles<V, 1, 3>, abreast_tiles<V, 1, 4>},
           {nullptr, abreast_tiles<V, 2, 1>, abreast_tiles<V, 2, 2>},
           {nullptr, abreast_tiles<V, 3, 1>},
           {nullptr, abreast_tiles<V, 4, 1>},
           {nullptr, abreast_tiles<V, 5, 1>},
           {nullptr, abreast_tiles<V, 6, 1>}},
          {0, 4, 2, 1, 1, 1, 1},
          {{},
           {nullptr, abreast_sums<V, 1, 1>, abreast_sums<V, 1, 2>,
            abreast_sums<V, 1, 3>, abreast_sums<V, 1, 4>},
           {nullptr, abreast_sums<V, 2, 1>, abreast_sums<V, 2, 2>},
           {nullptr, abreast_sums<V, 3, 1>},
           {nullptr, abreast_sums<V, 4, 1>},
           {nullptr, abreast_sums<V, 5, 1>},
           {nullptr, abreast_sums<V, 6, 1>}},
          gather_lanes<V>,
          scatter_lanes<V>};
}

}  // namespace

extern constexpr AbreastKernels abreast_scalar = {make_ops<One<float>>(),
                                                  make_ops<One<double>>()};

}  // namespace cairn::kernels
