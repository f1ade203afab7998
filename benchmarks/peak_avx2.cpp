#include <immintrin.h>

#include "peak.h"

namespace cairn::bench {
namespace {

struct F32 {
  using Reg = __m256;
  static constexpr int width = 8;
  static Reg set(float x) { return _mm256_set1_ps(x); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static double first(Reg v) { return _mm256_cvtss_f32(v); }
};

struct F64 {
  using Reg = __m256d;
  static constexpr int width = 4;
  static Reg set(float x) { return _mm256_set1_pd(x); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_pd(a, b, c); }
  static double first(Reg v) { return _mm256_cvtsd_f64(v); }
};

#include "peak_loop.inc"

}  // namespace

extern const PeakLoops peak_avx2 = {loop<F32, 12>(), loop<F64, 12>()};

}  // namespace cairn::bench
