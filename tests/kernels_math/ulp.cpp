// Compiled with -O3 -ffast-math, so that the compiler may use the C library's vector
// functions (libmvec: within 4 units of a double's last place, which is 2⁻²⁷ of a
// float's). Nothing here sees a NaN: its callers look for them.
#include <cmath>
#include <cstdint>
#include <cstring>

#include "tests/kernels_math/ulp.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace ulp {
namespace {

ALWAYS_INLINE double clamp(double x, double limit) {
  return x < -limit ? -limit : (x > limit ? limit : x);
}

// Beyond the limits the result no longer changes as far as a float can tell; within
// them the vector functions take no slow detours.
ALWAYS_INLINE void truth_body(Function f, const float* x, double* out, std::size_t n) {
  switch (f) {
    case Function::exp:
      for (std::size_t i = 0; i < n; ++i) out[i] = std::exp(clamp(x[i], 200.0));
      break;
    case Function::log:
      for (std::size_t i = 0; i < n; ++i) out[i] = std::log(static_cast<double>(x[i]));
      break;
    case Function::sigmoid:
      for (std::size_t i = 0; i < n; ++i) {
        out[i] = 1.0 / (1.0 + std::exp(-clamp(x[i], 200.0)));
      }
      break;
    case Function::tanh:
      for (std::size_t i = 0; i < n; ++i) out[i] = std::tanh(clamp(x[i], 30.0));
      break;
  }
}

/// 1 / ulp(y).
ALWAYS_INLINE double per_ulp(double y) {
  std::uint64_t exponent;
  std::memcpy(&exponent, &y, sizeof exponent);
  exponent = 0x7fe0000000000000u - (exponent & 0x7ff0000000000000u);  // of 1 / y
  double inverse;
  std::memcpy(&inverse, &exponent, sizeof inverse);
  return std::fmin(inverse * 0x1p23, 0x1p149);
}

ALWAYS_INLINE double worst_body(const double* truth, const float* got, std::size_t n) {
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double y = std::fmin(truth[i], 0x1p128);
    const double g =
        std::fmin(std::fmax(static_cast<double>(got[i]), -0x1p128), 0x1p128);
    largest = std::fmax(largest, std::fabs(g - y) * per_ulp(y));
  }
  return largest;
}

// The same code for whichever registers the processor has.
#if defined(__x86_64__) && defined(__GNUC__)
#define FOR_TARGET(name, isa)                                                       \
  __attribute__((target(isa))) void truth_##name(Function f, const float* x,        \
                                                 double* out, std::size_t n) {      \
    truth_body(f, x, out, n);                                                       \
  }                                                                                 \
  __attribute__((target(isa))) double worst_##name(const double* t, const float* g, \
                                                   std::size_t n) {                 \
    return worst_body(t, g, n);                                                     \
  }
FOR_TARGET(avx512, "avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512")
FOR_TARGET(avx2, "avx2,fma")
#define CHOOSE(call)                                                   \
  static const bool wide = __builtin_cpu_supports("avx512dq") &&       \
                           __builtin_cpu_supports("avx512vl") &&       \
                           __builtin_cpu_supports("avx512bw");         \
  static const bool middle =                                           \
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); \
  if (wide) return call(avx512);                                       \
  if (middle) return call(avx2)
#else
#define CHOOSE(call)
#endif

}  // namespace

void truth(Function f, const float* x, double* out, std::size_t n) {
#define CALL(name) truth_##name(f, x, out, n)
  CHOOSE(CALL);
#undef CALL
  truth_body(f, x, out, n);
}

double worst(const double* truth, const float* got, std::size_t n) {
#define CALL(name) worst_##name(truth, got, n)
  CHOOSE(CALL);
#undef CALL
  return worst_body(truth, got, n);
}

}  // namespace ulp
