// The kernels of one instruction set, all families together.
#pragma once

#include <cairn/export.h>
#include <cairn/kernels/conv/abreast_kernels.h>
#include <cairn/kernels/conv/conv_kernels.h>
#include <cairn/kernels/conv/winograd_kernels.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/gemm_kernels.h>
#include <cairn/kernels/math/math_kernels.h>
#include <cairn/kernels/norm/norm_kernels.h>
#include <cairn/kernels/pool/pool_kernels.h>
#include <cairn/kernels/recurrent/recurrent_kernels.h>

namespace cairn::kernels {

/// A family's kernels for both element types, which need not be of one instruction set:
/// beside AVX-512, too, doubles are convolved by AVX2. Those convolutions are there to
/// check gradients, and their tiles would be a tenth of the library.
template <template <class> class Ops>
struct OpsOfBothTypes {
  const Ops<float>* f32;
  const Ops<double>* f64;
};

struct KernelTable {
  Isa isa;
  const GemmKernels* gemm;             ///< matrix multiplication
  const MathKernels* math;             ///< everything else
  OpsOfBothTypes<ConvOps> conv;        ///< convolution, direct
  OpsOfBothTypes<AbreastOps> abreast;  ///< the same for several images at once
  const WinogradKernels* winograd;     ///< transforms for convolution
  const NormKernels* norm;             ///< batch and layer normalisation
  const PoolKernels* pool;             ///< pooling
  const RecurrentKernels* recurrent;   ///< cells of recurrent layers
};

/// The table of active_isa(), chosen on first use; safe to call from many threads.
CAIRN_API const KernelTable& kernels();

/// The table of a given instruction set, for tests and benchmarks that walk all of
/// them. Throws ValueError if this processor cannot run it.
CAIRN_API const KernelTable& kernels_for(Isa isa);

}  // namespace cairn::kernels
