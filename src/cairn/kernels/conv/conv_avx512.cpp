// Convolution for AVX-512: 32 registers of 16 floats or 8 doubles.

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

/// F32 and F64 with sums that stay in their registers, as CAIRN_FMA has it for AVX2.
/// Emulated registers are in memory and need no such thing.
struct Sums32 : F32 {
#if defined(__GNUC__) && !defined(CAIRN_EMULATE_AVX512)
  static Reg fma(Reg a, Reg b, Reg c) {
    __asm__("vfmadd231ps %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
    return c;
  }
#endif
};

struct Sums64 : F64 {
#if defined(__GNUC__) && !defined(CAIRN_EMULATE_AVX512)
  static Reg fma(Reg a, Reg b, Reg c) {
    __asm__("vfmadd231pd %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
    return c;
  }
#endif
};

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
      {{}, pixel_kernels<V, 8, 1>(), pixel_kernels<V, 8, 2>(), pixel_kernels<V, 8, 3>(), pixel_kernels<V, 6, 4>()},
      depthwise_forward<V>,
      depthwise_gradient<V>,
  };
}

}  // namespace

extern constexpr ConvKernels conv_avx512 = {make_ops<Sums32>(), make_ops<Sums64>()};

}  // namespace cairn::kernels
