// Winograd's transforms in AVX-512.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

#include <cstdint>

#include <cairn/kernels/conv/winograd_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>
#include <cairn/kernels/math/vec_avx512.inc>

#include <cairn/kernels/conv/winograd_transform.inc>

}  // namespace

extern constexpr WinogradKernels winograd_avx512 = make_winograd();

}  // namespace cairn::kernels
