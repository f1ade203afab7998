// The pooling kernels in AVX-512.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

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
