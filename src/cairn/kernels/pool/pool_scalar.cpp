// The pooling kernels in plain C++, one element at a time.
#include <cstdint>

#include <cairn/kernels/pool/pool_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_scalar.inc>

#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/pool/lanes_scalar.inc>
#include <cairn/kernels/pool/pool.inc>

#include <cairn/kernels/pool/table.inc>
}  // namespace

constexpr PoolKernels pool_scalar = make_table();

}  // namespace cairn::kernels
