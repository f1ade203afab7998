// The math kernels in AVX2 and FMA.
#include <immintrin.h>
#include <cstdint>

#include <cairn/kernels/math/math_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx2.inc>

#include <cairn/kernels/math/functions.inc>
#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/math/elementwise.inc>
#include <cairn/kernels/math/gelu.inc>
#include <cairn/kernels/math/reduce.inc>

#include <cairn/kernels/math/optimizers.inc>
#include <cairn/kernels/math/random.inc>
#include <cairn/kernels/math/softmax.inc>
#include <cairn/kernels/math/softmax_rows.inc>

#include <cairn/kernels/math/attention.inc>

#include <cairn/kernels/math/table.inc>
}  // namespace

constexpr MathKernels math_avx2 = make_table();

}  // namespace cairn::kernels
