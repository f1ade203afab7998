#include <cstdlib>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/table.h>

namespace cairn {
namespace kernels {
namespace {

// Constant-initialised, so it is there before main() and for other static objects.
constexpr KernelTable kTables[] = {
    {Isa::scalar,
     &gemm_scalar,
     &math_scalar,
     {&conv_scalar.f32, &conv_scalar.f64},
     {&abreast_scalar.f32, &abreast_scalar.f64},
     &winograd_scalar,
     &norm_scalar,
     &pool_scalar,
     &recurrent_scalar},
#if defined(CAIRN_X86)
    {Isa::avx2,
     &gemm_avx2,
     &math_avx2,
     {&conv_avx2.f32, &conv_avx2.f64},
     {&abreast_avx2.f32, &abreast_avx2.f64},
     &winograd_avx2,
     &norm_avx2,
     &pool_avx2,
     &recurrent_avx2},
    {Isa::avx512,
     &gemm_avx512,
     &math_avx512,
     {&conv_avx512, &conv_avx2.f64},
     {&abreast_avx512, &abreast_avx2.f64},
     &winograd_avx512,
     &norm_avx512,
     &pool_avx512,
     &recurrent_avx512},
#endif
};

}  // namespace

const KernelTable& kernels_for(Isa isa) {
  if (!cpu_supports(isa)) {
    throw ValueError(detail::concat("kernels_for: this processor cannot run ",
                                    isa_name(isa),
                                    " kernels; ask cpu_supports() first"));
  }
  return kTables[static_cast<int>(isa)];
}

const KernelTable& kernels() {
  // If the choice throws, the next call makes it again: the error is never lost.
  static const KernelTable& chosen = kernels_for(choose_isa(std::getenv("CAIRN_ISA")));
  return chosen;
}

}  // namespace kernels

Isa active_isa() { return kernels::kernels().isa; }

}  // namespace cairn
