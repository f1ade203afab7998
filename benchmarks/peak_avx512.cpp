#include <immintrin.h>

#include "peak.h"

namespace cairn::bench {
namespace {

struct F32 {
  using Reg = __m512;
  static constexpr int width = 16;
  static Reg set(float x) { return _mm512_set1_ps(x); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  static double first(Reg v) { return _mm512_cvtss_f32(v); }
};

struct F64 {
  using Reg = __m512d;
  static constexpr int width = 8;
  static Reg set(float x) { return _mm512_set1_pd(x); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_pd(a, b, c); }
  static double first(Reg v) { return _mm512_cvtsd_f64(v); }
};

#include "peak_loop.inc"

}  // namespace

extern const PeakLoops peak_avx512 = {loop<F32, 16>(), loop<F64, 16>()};

}  // namespace cairn::bench
