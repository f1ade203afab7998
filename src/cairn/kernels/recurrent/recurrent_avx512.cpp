// The cells of recurrent layers in AVX-512.
#include <cairn/kernels/isa/intrinsics_avx512.inc>

#include <cstdint>

#include <cairn/kernels/recurrent/recurrent_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_avx512.inc>

#include <cairn/kernels/math/functions.inc>
#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/recurrent/recurrent.inc>

#include <cairn/kernels/recurrent/table.inc>
}  // namespace

constexpr RecurrentKernels recurrent_avx512 = make_table();

}  // namespace cairn::kernels
