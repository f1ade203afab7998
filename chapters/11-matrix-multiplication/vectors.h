// What a vector is, for each kind of processor. The functions are all that the kernels
// need, and each is one instruction.
#pragma once

#include <cstddef>
#include <cstring>

#include "11-matrix-multiplication/isa.h"

namespace ch11 {
namespace portable {

// 16 bytes, two doubles or four floats. GCC and Clang make vectors of this for any
// processor that has some; other compilers see an array.
template <class T>
struct Vector {
  static constexpr std::size_t kLanes = 16 / sizeof(T);
#if defined(__GNUC__)
  typedef T Lanes __attribute__((vector_size(16)));
  Lanes v;

  void add(const Vector& x) { v += x.v; }
  void add_product(const Vector& x, const Vector& y) { v += x.v * y.v; }
#else
  T v[kLanes];

  void add(const Vector& x) {
    for (std::size_t l = 0; l < kLanes; ++l) v[l] += x.v[l];
  }
  void add_product(const Vector& x, const Vector& y) {
    for (std::size_t l = 0; l < kLanes; ++l) v[l] += x.v[l] * y.v[l];
  }
#endif

  static Vector all(T x) {
    Vector result;
    for (std::size_t l = 0; l < kLanes; ++l) result.v[l] = x;
    return result;
  }
  static Vector load(const T* from) {
    Vector result;
    std::memcpy(&result.v, from, sizeof result.v);
    return result;
  }
  void store(T* to) const { std::memcpy(to, &v, sizeof v); }
};

constexpr int kTileRows = 4, kTileVectors = 2;

}  // namespace portable
}  // namespace ch11

#if CH11_X86

CH11_BEGIN("avx2,fma")
namespace ch11 {
namespace avx2 {

template <class T>
struct Vector;

// ANCHOR: vector_avx2
template <>
struct Vector<double> {
  static constexpr std::size_t kLanes = 4;
  __m256d v;

  static Vector all(double x) { return {_mm256_set1_pd(x)}; }
  static Vector load(const double* from) { return {_mm256_loadu_pd(from)}; }
  void store(double* to) const { _mm256_storeu_pd(to, v); }
  void add(const Vector& x) { v = _mm256_add_pd(v, x.v); }
  void add_product(const Vector& x, const Vector& y) {
    v = _mm256_fmadd_pd(x.v, y.v, v);
  }
};
// ANCHOR_END: vector_avx2

template <>
struct Vector<float> {
  static constexpr std::size_t kLanes = 8;
  __m256 v;

  static Vector all(float x) { return {_mm256_set1_ps(x)}; }
  static Vector load(const float* from) { return {_mm256_loadu_ps(from)}; }
  void store(float* to) const { _mm256_storeu_ps(to, v); }
  void add(const Vector& x) { v = _mm256_add_ps(v, x.v); }
  void add_product(const Vector& x, const Vector& y) {
    v = _mm256_fmadd_ps(x.v, y.v, v);
  }
};
constexpr int kTileRows = 6, kTileVectors = 2;

}  // namespace avx2
}  // namespace ch11
CH11_END

CH11_BEGIN("avx512f,avx2,fma")
namespace ch11 {
namespace avx512 {

template <class T>
struct Vector;

template <>
struct Vector<double> {
  static constexpr std::size_t kLanes = 8;
  __m512d v;

  static Vector all(double x) { return {_mm512_set1_pd(x)}; }
  static Vector load(const double* from) { return {_mm512_loadu_pd(from)}; }
  void store(double* to) const { _mm512_storeu_pd(to, v); }
  void add(const Vector& x) { v = _mm512_add_pd(v, x.v); }
  void add_product(const Vector& x, const Vector& y) {
    v = _mm512_fmadd_pd(x.v, y.v, v);
  }
};

template <>
struct Vector<float> {
  static constexpr std::size_t kLanes = 16;
  __m512 v;

  static Vector all(float x) { return {_mm512_set1_ps(x)}; }
  static Vector load(const float* from) { return {_mm512_loadu_ps(from)}; }
  void store(float* to) const { _mm512_storeu_ps(to, v); }
  void add(const Vector& x) { v = _mm512_add_ps(v, x.v); }
  void add_product(const Vector& x, const Vector& y) {
    v = _mm512_fmadd_ps(x.v, y.v, v);
  }
};
constexpr int kTileRows = 8, kTileVectors = 3;

}  // namespace avx512
}  // namespace ch11
CH11_END

#endif  // CH11_X86
