// Convolution of images abreast, for any processor: one at a time.
#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/abreast_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_scalar.inc>

#include <cairn/kernels/conv/abreast.inc>

#include <cairn/kernels/conv/abreast_table.inc>

/// At most four sums (six in the tallest tiles): there is nothing to fill.
constexpr int kSums = 4;

}  // namespace

extern constexpr AbreastKernels abreast_scalar = {make_ops<One<float>, kSums>(),
                                                  make_ops<One<double>, kSums>()};

}  // namespace cairn::kernels
