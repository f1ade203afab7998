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

#include <cairn/kernels/conv/abreast_table.inc>

/// Twelve of the 16 registers hold sums; the operands of a step take the others.
constexpr int kSums = 12;

}  // namespace

extern constexpr AbreastKernels abreast_avx2 = {make_ops<F32x8, kSums>(),
                                                make_ops<F64x4, kSums>()};

}  // namespace cairn::kernels
