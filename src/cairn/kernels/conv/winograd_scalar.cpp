// Winograd's transforms for any processor.
#include <cstdint>

#include <cairn/kernels/conv/winograd_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>
#include <cairn/kernels/math/vec_scalar.inc>

#include <cairn/kernels/conv/winograd_transform.inc>

}  // namespace

extern constexpr WinogradKernels winograd_scalar = make_winograd();

}  // namespace cairn::kernels
