// Stands before the compiler's <immintrin.h> where CAIRN_EMULATE_AVX512 is on: the
// AVX-512 kernels are then compiled for AVX2, with each of their intrinsics carried out
// by SIMDe or, where SIMDe 0.7.4 has none, by the plain loops below. Slow, and made for
// one purpose: every tier is tested on every machine.
#pragma once

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <cstring>

namespace {
namespace emulated {

// Vectors as the compiler knows them: v[i] is an element.
typedef float Floats __attribute__((vector_size(64), may_alias));
typedef double Doubles __attribute__((vector_size(64), may_alias));
typedef int Ints __attribute__((vector_size(64), may_alias));
typedef unsigned char Bytes __attribute__((vector_size(16), may_alias));

template <class Vector, class T, int N>
inline Vector load_where(unsigned mask, const void* p) {
  T elements[N] = {};
  for (int i = 0; i < N; ++i) {
    if (mask >> i & 1u) {
      std::memcpy(elements + i, static_cast<const T*>(p) + i, sizeof(T));
    }
  }
  Vector v;
  std::memcpy(&v, elements, sizeof v);
  return v;
}

template <class Vector, class T, int N>
inline void store_where(void* p, unsigned mask, Vector v) {
  T elements[N];
  std::memcpy(elements, &v, sizeof elements);
  for (int i = 0; i < N; ++i) {
    if (mask >> i & 1u) {
      std::memcpy(static_cast<T*>(p) + i, elements + i, sizeof(T));
    }
  }
}

// Lanes of 128 bits: two of a, then two of b, each named by two bits of `which`.
template <class Vector>
inline Vector shuffle_lanes(Vector a, Vector b, int which) {
  unsigned char from[2][64], to[64];
  std::memcpy(from[0], &a, 64);
  std::memcpy(from[1], &b, 64);
  for (int lane = 0; lane < 4; ++lane) {
    std::memcpy(to + 16 * lane, from[lane / 2] + 16 * (which >> 2 * lane & 3), 16);
  }
  Vector v;
  std::memcpy(&v, to, 64);
  return v;
}

template <class Half, class Vector>
inline Half half_of(Vector v, int which) {
  Half half;
  std::memcpy(&half, reinterpret_cast<const char*>(&v) + which * sizeof half,
              sizeof half);
  return half;
}

inline Floats to_floats(Ints v) {
  Floats out;
  for (int i = 0; i < 16; ++i) out[i] = static_cast<float>(v[i]);
  return out;
}

inline Doubles to_doubles(__m256 v) {
  Doubles out;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<double>(v[i]);
  return out;
}

// The instruction promises an error of at most 2⁻¹⁴; what follows it must not count on
// less, nor on a side. So every other lane has it above, every other below.
inline Floats reciprocal_14(Floats v) {
  Floats out;
  for (int i = 0; i < 16; ++i) {
    out[i] = static_cast<float>(1.0 / v[i] * (1.0 + (i % 2 == 0 ? 0x1p-14 : -0x1p-14)));
  }
  return out;
}

// v · 2^⌊n⌋, rounded once: a double holds the product exactly.
inline Floats scale_by_power_of_two(Floats v, Floats n) {
  Floats out;
  for (int i = 0; i < 16; ++i) {
    const double limited = n[i] < -400.0f ? -400.0 : n[i] > 400.0f ? 400.0 : n[i];
    const double floor = __builtin_floor(limited);
    out[i] = n[i] == n[i] ? static_cast<float>(__builtin_scalbn(
                                static_cast<double>(v[i]), static_cast<int>(floor)))
                          : n[i];
  }
  return out;
}

inline Ints shift_right_signed(Ints v, unsigned count) {
  return v >> static_cast<int>(count > 31 ? 31 : count);
}

inline double sum_of(Doubles v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

// As the instructions do: the second operand where one is NaN.
inline float largest_of(Floats v) {
  float top = v[0];
  for (int i = 1; i < 16; ++i) top = top > v[i] ? top : v[i];
  return top;
}

inline float smallest_of(Floats v) {
  float least = v[0];
  for (int i = 1; i < 16; ++i) least = least < v[i] ? least : v[i];
  return least;
}

// The lowest byte of each element, and back.
inline void store_lowest_bytes(void* p, unsigned mask, Ints v) {
  Bytes bytes;
  for (int i = 0; i < 16; ++i) bytes[i] = static_cast<unsigned char>(v[i]);
  store_where<Bytes, unsigned char, 16>(p, mask, bytes);
}

inline Ints from_bytes(Bytes bytes) {
  Ints out;
  for (int i = 0; i < 16; ++i) out[i] = bytes[i];
  return out;
}

}  // namespace emulated
}  // namespace

#define _mm512_maskz_loadu_ps(m, p) \
  emulated::load_where<emulated::Floats, float, 16>(m, p)
#define _mm512_maskz_loadu_pd(m, p) \
  emulated::load_where<emulated::Doubles, double, 8>(m, p)
#define _mm512_maskz_loadu_epi32(m, p) \
  ((__m512i)emulated::load_where<emulated::Ints, int, 16>(m, p))
#define _mm512_mask_storeu_ps(p, m, v) \
  emulated::store_where<emulated::Floats, float, 16>(p, m, v)
#define _mm512_mask_storeu_pd(p, m, v) \
  emulated::store_where<emulated::Doubles, double, 8>(p, m, v)
#define _mm512_mask_storeu_epi32(p, m, v) \
  emulated::store_where<emulated::Ints, int, 16>(p, m, (emulated::Ints)(v))
#define _mm512_shuffle_f32x4(a, b, which) \
  emulated::shuffle_lanes<emulated::Floats>(a, b, which)
#define _mm512_shuffle_f64x2(a, b, which) \
  emulated::shuffle_lanes<emulated::Doubles>(a, b, which)
#define _mm512_extractf32x8_ps(v, which) \
  emulated::half_of<__m256, emulated::Floats>(v, which)
#define _mm512_cvtepi32_ps(v) emulated::to_floats((emulated::Ints)(v))
#define _mm512_cvtps_pd(v) emulated::to_doubles(v)
#define _mm512_rcp14_ps(v) emulated::reciprocal_14(v)
// SIMDe's own flushes subnormal numbers, which the instruction does not.
#undef _mm512_scalef_ps
#define _mm512_scalef_ps(v, n) emulated::scale_by_power_of_two(v, n)
#define _mm512_srai_epi32(v, count) \
  ((__m512i)emulated::shift_right_signed((emulated::Ints)(v), count))
#define _mm512_reduce_add_pd(v) emulated::sum_of(v)
#define _mm512_reduce_max_ps(v) emulated::largest_of(v)
#define _mm512_reduce_min_ps(v) emulated::smallest_of(v)
#define _mm_maskz_loadu_epi8(m, p) \
  ((__m128i)emulated::load_where<emulated::Bytes, unsigned char, 16>(m, p))
#undef _mm512_cvtepu8_epi32
#define _mm512_cvtepu8_epi32(v) ((__m512i)emulated::from_bytes((emulated::Bytes)(v)))
#undef _mm512_mask_cvtepi32_storeu_epi8
#define _mm512_mask_cvtepi32_storeu_epi8(p, m, v) \
  emulated::store_lowest_bytes(p, m, (emulated::Ints)(v))
