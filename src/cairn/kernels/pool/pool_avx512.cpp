// The pooling kernels in AVX-512.

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

#include <cairn/kernels/pool/pool_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx512.inc>

#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/pool/lanes_avx512.inc>
#include <cairn/kernels/pool/pool.inc>

#include <cairn/kernels/pool/table.inc>
}  // namespace

constexpr PoolKernels pool_avx512 = make_table();

}  // namespace cairn::kernels
