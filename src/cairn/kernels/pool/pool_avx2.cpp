// The pooling kernels in AVX2 and FMA.
#include <immintrin.h>
#include <cstdint>

#include <cairn/kernels/pool/pool_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx2.inc>

#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/pool/lanes_avx2.inc>
#include <cairn/kernels/pool/pool.inc>

#include <cairn/kernels/pool/table.inc>
}  // namespace

constexpr PoolKernels pool_avx2 = make_table();

}  // namespace cairn::kernels
