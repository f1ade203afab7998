// The most multiply-adds a processor can do in a second, measured: registers only, no
// memory, enough independent sums to fill every FMA unit. What fast kernels are held
// to.
#pragma once

#include <cstdint>

#include <cairn/kernels/cpu.h>

namespace cairn::bench {

/// A loop of independent multiply-adds for one element type and instruction set.
struct PeakLoop {
  double (*run)(std::int64_t rounds);  ///< returns a sum, so that nothing is left out
  double flops_per_round;
};

struct PeakLoops {
  PeakLoop f32;
  PeakLoop f64;
};

extern const PeakLoops peak_scalar;
extern const PeakLoops peak_avx2;
extern const PeakLoops peak_avx512;

inline const PeakLoops& peak_loops(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return peak_avx512;
  if (isa == Isa::avx2) return peak_avx2;
#endif
  (void)isa;
  return peak_scalar;
}

}  // namespace cairn::bench
