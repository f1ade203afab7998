// Winograd's transforms in AVX-512.

// GCC 12's header reads undefined registers, as it may, and then warns about it.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif

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
