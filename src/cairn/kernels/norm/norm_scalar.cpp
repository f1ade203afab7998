// The normalisation kernels in plain C++, one element at a time.
#include <cstdint>

#include <cairn/kernels/norm/norm_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_scalar.inc>

#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/norm/batch.inc>
#include <cairn/kernels/norm/layer.inc>

#include <cairn/kernels/norm/table.inc>
}  // namespace

constexpr NormKernels norm_scalar = make_table();

}  // namespace cairn::kernels
