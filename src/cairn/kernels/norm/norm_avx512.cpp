// The normalisation kernels in AVX-512.

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

#include <cairn/kernels/norm/norm_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx512.inc>

#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/norm/batch.inc>
#include <cairn/kernels/norm/layer.inc>

#include <cairn/kernels/norm/table.inc>
}  // namespace

constexpr NormKernels norm_avx512 = make_table();

}  // namespace cairn::kernels
