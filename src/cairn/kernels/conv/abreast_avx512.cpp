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

#include <cairn/kernels/conv/abreast_table.inc>

/// 24 of the 32 registers hold sums; the operands of a step take the others.
constexpr int kSums = 24;

}  // namespace

extern constexpr AbreastOps<float> abreast_avx512 = make_ops<F32, kSums>();

}  // namespace cairn::kernels
