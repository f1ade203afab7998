// Winograd's transforms in AVX2 and FMA.
#include <immintrin.h>

#include <cstdint>

#include <cairn/kernels/conv/winograd_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>
#include <cairn/kernels/math/vec_avx2.inc>

#include <cairn/kernels/conv/winograd_transform.inc>

}  // namespace

extern constexpr WinogradKernels winograd_avx2 = make_winograd();

}  // namespace cairn::kernels
