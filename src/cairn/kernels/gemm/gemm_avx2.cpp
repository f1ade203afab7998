// Matrix multiplication for AVX2 with FMA: 16 registers of 8 floats or 4 doubles.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

// A window of eight into these words holds n leading ones, wherever n asks it to begin.
alignas(64) const std::int32_t kMask32[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
alignas(64) const std::int64_t kMask64[8] = {-1, -1, -1, -1};

struct F32x4 {
  using Scalar = float;
  using Reg = __m128;
  using Mask = __m128i;
  static constexpr int width = 4;

  static Mask mask(int n) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(kMask32 + 8 - n));
  }
  static Reg zero() { return _mm_setzero_ps(); }
  static Reg set(float x) { return _mm_set1_ps(x); }
  static Reg load(const float* p) { return _mm_loadu_ps(p); }
  static Reg load(const float* p, Mask m) { return _mm_maskload_ps(p, m); }
  static void store(float* p, Reg v) { _mm_storeu_ps(p, v); }
  static void store(float* p, Reg v, Mask m) { _mm_maskstore_ps(p, m, v); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm_fmadd_ps(a, b, c); }
  static Reg add(Reg a, Reg b) { return _mm_add_ps(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm_mul_ps(a, b); }
  static Reg max(Reg a, Reg b) { return _mm_max_ps(a, b); }
};

struct F32 {
  using Quad = F32x4;
  using Scalar = float;
  using Reg = __m256;
  using Mask = __m256i;
  static constexpr int width = 8;

  static Mask mask(int n) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kMask32 + width - n));
  }
  static Reg zero() { return _mm256_setzero_ps(); }
  static Reg set(float x) { return _mm256_set1_ps(x); }
  static Reg load(const float* p) { return _mm256_loadu_ps(p); }
  static Reg load(const float* p, Mask m) { return _mm256_maskload_ps(p, m); }
  static void store(float* p, Reg v) { _mm256_storeu_ps(p, v); }
  static void store(float* p, Reg v, Mask m) { _mm256_maskstore_ps(p, m, v); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static Reg add(Reg a, Reg b) { return _mm256_add_ps(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm256_mul_ps(a, b); }
  static Reg max(Reg a, Reg b) { return _mm256_max_ps(a, b); }

  static Quad::Reg sum4(Reg a, Reg b, Reg c, Reg d) {
    // Pairs of neighbours, then pairs of pairs: each lane is {Σa, Σb, Σc, Σd} of
    // itself.
    const Reg lanes = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    return _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  }

  static void transpose(Reg (&r)[width]) {
    Reg t[width];
    // 4 × 4 blocks within the 128-bit lanes, then the lanes.
    CAIRN_UNROLL for (int i = 0; i < width; i += 4) {
      const Reg a = _mm256_unpacklo_ps(r[i], r[i + 1]);
      const Reg b = _mm256_unpackhi_ps(r[i], r[i + 1]);
      const Reg c = _mm256_unpacklo_ps(r[i + 2], r[i + 3]);
      const Reg d = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
      t[i] = _mm256_shuffle_ps(a, c, 0x44);
      t[i + 1] = _mm256_shuffle_ps(a, c, 0xee);
      t[i + 2] = _mm256_shuffle_ps(b, d, 0x44);
      t[i + 3] = _mm256_shuffle_ps(b, d, 0xee);
    }
    CAIRN_UNROLL for (int i = 0; i < 4; ++i) {
      r[i] = _mm256_permute2f128_ps(t[i], t[i + 4], 0x20);
      r[i + 4] = _mm256_permute2f128_ps(t[i], t[i + 4], 0x31);
    }
  }
};

struct F64 {
  using Quad = F64;
  using Scalar = double;
  using Reg = __m256d;
  using Mask = __m256i;
  static constexpr int width = 4;

  static Mask mask(int n) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kMask64 + width - n));
  }
  static Reg zero() { return _mm256_setzero_pd(); }
  static Reg set(double x) { return _mm256_set1_pd(x); }
  static Reg load(const double* p) { return _mm256_loadu_pd(p); }
  static Reg load(const double* p, Mask m) { return _mm256_maskload_pd(p, m); }
  static void store(double* p, Reg v) { _mm256_storeu_pd(p, v); }
  static void store(double* p, Reg v, Mask m) { _mm256_maskstore_pd(p, m, v); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_pd(a, b, c); }
  static Reg add(Reg a, Reg b) { return _mm256_add_pd(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm256_mul_pd(a, b); }
  static Reg max(Reg a, Reg b) { return _mm256_max_pd(a, b); }

  static Reg sum4(Reg a, Reg b, Reg c, Reg d) {
    const Reg ab = _mm256_hadd_pd(a, b), cd = _mm256_hadd_pd(c, d);
    return _mm256_add_pd(_mm256_permute2f128_pd(ab, cd, 0x20),
                         _mm256_permute2f128_pd(ab, cd, 0x31));
  }

  static void transpose(Reg (&r)[width]) {
    const Reg a = _mm256_unpacklo_pd(r[0], r[1]), b = _mm256_unpackhi_pd(r[0], r[1]);
    const Reg c = _mm256_unpacklo_pd(r[2], r[3]), d = _mm256_unpackhi_pd(r[2], r[3]);
    r[0] = _mm256_permute2f128_pd(a, c, 0x20);
    r[1] = _mm256_permute2f128_pd(b, d, 0x20);
    r[2] = _mm256_permute2f128_pd(a, c, 0x31);
    r[3] = _mm256_permute2f128_pd(b, d, 0x31);
  }
};

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>

/// 6 × 2 vectors: 12 sums, two vectors of B and one element of A fill 15 of the 16
/// registers. Wider tiles serve matrices of very few rows.
template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      2,
      {0, 12, 6, 4, 2},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>,
        tile<V, 5, 1>, tile<V, 6, 1>, tile<V, 7, 1>, tile<V, 8, 1>, tile<V, 9, 1>,
        tile<V, 10, 1>, tile<V, 11, 1>, tile<V, 12, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>,
        tile<V, 5, 2>, tile<V, 6, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>}},
      {0, 3, 1},
      {{},
       {nullptr, dot<V, 1, 1>, dot<V, 2, 1>, dot<V, 3, 1>},
       {nullptr, dot<V, 1, 2>}},
      copy<V>,
      transpose<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_avx2 = {make_ops<F32>(), make_ops<F64>()};

}  // namespace cairn::kernels
