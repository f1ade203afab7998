// The cells of recurrent layers in plain C++.

#include <cstdint>

#include <cairn/kernels/recurrent/recurrent_kernels.h>

namespace cairn::kernels {
namespace {
#include <cairn/kernels/math/vec_scalar.inc>

#include <cairn/kernels/math/functions.inc>
#include <cairn/kernels/math/loops.inc>

#include <cairn/kernels/recurrent/recurrent.inc>

#include <cairn/kernels/recurrent/table.inc>
}  // namespace

constexpr RecurrentKernels recurrent_scalar = make_table();

}  // namespace cairn::kernels
