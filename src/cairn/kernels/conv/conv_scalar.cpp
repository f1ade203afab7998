// Convolution for any processor: the same tiles, on "registers" of one element.
#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/conv_kernels.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_scalar.inc>

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/tile.inc>

#include <cairn/kernels/conv/conv_tile.inc>

#include <cairn/kernels/conv/conv_pixels.inc>

#include <cairn/kernels/conv/depthwise.inc>

template <class V>
constexpr ConvOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      {0, 4, 4, 4, 4},
      {{},
       {nullptr, sweep<V, 1, 1>, sweep<V, 2, 1>, sweep<V, 3, 1>, sweep<V, 4, 1>},
       {nullptr, sweep<V, 1, 2>, sweep<V, 2, 2>, sweep<V, 3, 2>, sweep<V, 4, 2>},
       {nullptr, sweep<V, 1, 3>, sweep<V, 2, 3>, sweep<V, 3, 3>, sweep<V, 4, 3>},
       {nullptr, sweep<V, 1, 4>, sweep<V, 2, 4>, sweep<V, 3, 4>, sweep<V, 4, 4>}},
      {{},
       pixel_kernels<V, 4, 1>(),
       pixel_kernels<V, 4, 2>(),
       pixel_kernels<V, 4, 3>(),
       pixel_kernels<V, 4, 4>()},
      depthwise_forward<V>,
      depthwise_gradient<V>,
  };
}

}  // namespace

extern constexpr ConvKernels conv_scalar = {make_ops<One<float>>(),
                                            make_ops<One<double>>()};

}  // namespace cairn::kernels
