// The math kernels in AVX-512.

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

#include <cairn/kernels/math/math_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx512.inc>

#include <cairn/kernels/math/functions.inc>
#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/math/elementwise.inc>
#include <cairn/kernels/math/reduce.inc>

#include <cairn/kernels/math/optimizers.inc>
#include <cairn/kernels/math/random.inc>
#include <cairn/kernels/math/softmax.inc>

#include <cairn/kernels/math/table.inc>
}  // namespace

constexpr MathKernels math_avx512 = make_table();

}  // namespace cairn::kernels
