// The normalisation kernels in AVX-512.

#include <cairn/kernels/isa/intrinsics_avx512.inc>

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
