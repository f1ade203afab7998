// Matrix multiplication for AVX-512: 32 registers of 16 floats or 8 doubles.

// GCC 12's own header trips these two over its "undefined" vectors (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

#include <cairn/kernels/gemm/vectors_avx2.inc>

struct F32 {
  using Quad = F32x4;
  using Narrow = F32x8;
  using Scalar = float;
  using Reg = __m512;
  using Mask = __mmask16;
  static constexpr int width = 16;

  static Mask mask(int n) { return static_cast<Mask>((1u << n) - 1u); }
  static Reg zero() { return _mm512_setzero_ps(); }
  static Reg set(float x) { return _mm512_set1_ps(x); }
  static Reg load(const float* p) { return _mm512_loadu_ps(p); }
  static Reg load(const float* p, Mask m) { return _mm512_maskz_loadu_ps(m, p); }
  static void store(float* p, Reg v) { _mm512_storeu_ps(p, v); }
  static void store(float* p, Reg v, Mask m) { _mm512_mask_storeu_ps(p, m, v); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  static Reg add(Reg a, Reg b) { return _mm512_add_ps(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm512_mul_ps(a, b); }
  static Reg max(Reg a, Reg b) { return _mm512_max_ps(a, b); }

  static Quad::Reg sum4(Reg a, Reg b, Reg c, Reg d) {
    const Reg ab = add(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    const Reg cd = add(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    const __m512d abd = _mm512_castps_pd(ab), cdd = _mm512_castps_pd(cd);
    // Every 128-bit lane now becomes {Σa, Σb, Σc, Σd} of its own four elements.
    const Reg lanes = add(_mm512_castpd_ps(_mm512_unpacklo_pd(abd, cdd)),
                          _mm512_castpd_ps(_mm512_unpackhi_pd(abd, cdd)));
    const __m256 half =
        _mm256_add_ps(_mm512_castps512_ps256(lanes), _mm512_extractf32x8_ps(lanes, 1));
    return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
  }

  static void transpose(Reg (&r)[width]) {
    Reg t[width];
    // 4 × 4 blocks within the 128-bit lanes, for four rows at a time …
    CAIRN_UNROLL for (int i = 0; i < width; i += 4) {
      const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(r[i], r[i + 1]));
      const __m512d b = _mm512_castps_pd(_mm512_unpackhi_ps(r[i], r[i + 1]));
      const __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(r[i + 2], r[i + 3]));
      const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(r[i + 2], r[i + 3]));
      t[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
      t[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
      t[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
      t[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
    }
    // … then the 4 × 4 lanes themselves: t[4q + i], lane l → r[4l + i], lane q.
    CAIRN_UNROLL for (int i = 0; i < 4; ++i) {
      const Reg a = _mm512_shuffle_f32x4(t[i], t[i + 4], 0x88);
      const Reg b = _mm512_shuffle_f32x4(t[i], t[i + 4], 0xdd);
      const Reg c = _mm512_shuffle_f32x4(t[i + 8], t[i + 12], 0x88);
      const Reg d = _mm512_shuffle_f32x4(t[i + 8], t[i + 12], 0xdd);
      r[i] = _mm512_shuffle_f32x4(a, c, 0x88);
      r[i + 4] = _mm512_shuffle_f32x4(b, d, 0x88);
      r[i + 8] = _mm512_shuffle_f32x4(a, c, 0xdd);
      r[i + 12] = _mm512_shuffle_f32x4(b, d, 0xdd);
    }
  }
};

struct F64 {
  using Quad = F64x4;
  using Narrow = F64;
  using Scalar = double;
  using Reg = __m512d;
  using Mask = __mmask8;
  static constexpr int width = 8;

  static Mask mask(int n) { return static_cast<Mask>((1u << n) - 1u); }
  static Reg zero() { return _mm512_setzero_pd(); }
  static Reg set(double x) { return _mm512_set1_pd(x); }
  static Reg load(const double* p) { return _mm512_loadu_pd(p); }
  static Reg load(const double* p, Mask m) { return _mm512_maskz_loadu_pd(m, p); }
  static void store(double* p, Reg v) { _mm512_storeu_pd(p, v); }
  static void store(double* p, Reg v, Mask m) { _mm512_mask_storeu_pd(p, m, v); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_pd(a, b, c); }
  static Reg add(Reg a, Reg b) { return _mm512_add_pd(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm512_mul_pd(a, b); }
  static Reg max(Reg a, Reg b) { return _mm512_max_pd(a, b); }

  static Quad::Reg sum4(Reg a, Reg b, Reg c, Reg d) {
    const Reg ab = add(_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b));
    const Reg cd = add(_mm512_unpacklo_pd(c, d), _mm512_unpackhi_pd(c, d));
    // Lanes hold {Σa, Σb} and {Σc, Σd}; fold the four lanes of each into one.
    const __m256d ab2 =
        _mm256_add_pd(_mm512_castpd512_pd256(ab), _mm512_extractf64x4_pd(ab, 1));
    const __m256d cd2 =
        _mm256_add_pd(_mm512_castpd512_pd256(cd), _mm512_extractf64x4_pd(cd, 1));
    return _mm256_add_pd(_mm256_permute2f128_pd(ab2, cd2, 0x20),
                         _mm256_permute2f128_pd(ab2, cd2, 0x31));
  }

  static void transpose(Reg (&r)[width]) {
    Reg t[width];
    CAIRN_UNROLL for (int i = 0; i < width; i += 2) {
      t[i] = _mm512_unpacklo_pd(r[i], r[i + 1]);
      t[i + 1] = _mm512_unpackhi_pd(r[i], r[i + 1]);
    }
    // t[2q + i], lane l → r[2l + i], lane q.
    CAIRN_UNROLL for (int i = 0; i < 2; ++i) {
      const Reg a = _mm512_shuffle_f64x2(t[i], t[i + 2], 0x88);
      const Reg b = _mm512_shuffle_f64x2(t[i], t[i + 2], 0xdd);
      const Reg c = _mm512_shuffle_f64x2(t[i + 4], t[i + 6], 0x88);
      const Reg d = _mm512_shuffle_f64x2(t[i + 4], t[i + 6], 0xdd);
      r[i] = _mm512_shuffle_f64x2(a, c, 0x88);
      r[i + 2] = _mm512_shuffle_f64x2(b, d, 0x88);
      r[i + 4] = _mm512_shuffle_f64x2(a, c, 0xdd);
      r[i + 6] = _mm512_shuffle_f64x2(b, d, 0xdd);
    }
  }
};

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>
#include <cairn/kernels/gemm/vector_matrix.inc>

/// Tiles of 6 × 4, 8 × 3 and 12 × 2 vectors keep 24 sums in 32 registers. Six by four
/// is the one for large matrices: it needs the fewest loads, ten for 24 FMAs.
template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      4,
      {0, 12, 12, 8, 6},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>,
        tile<V, 5, 1>, tile<V, 6, 1>, tile<V, 7, 1>, tile<V, 8, 1>, tile<V, 9, 1>,
        tile<V, 10, 1>, tile<V, 11, 1>, tile<V, 12, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>,
        tile<V, 5, 2>, tile<V, 6, 2>, tile<V, 7, 2>, tile<V, 8, 2>, tile<V, 9, 2>,
        tile<V, 10, 2>, tile<V, 11, 2>, tile<V, 12, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>,
        tile<V, 5, 3>, tile<V, 6, 3>, tile<V, 7, 3>, tile<V, 8, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>, tile<V, 3, 4>, tile<V, 4, 4>,
        tile<V, 5, 4>, tile<V, 6, 4>}},
      {0, 6, 3},
      {{},
       {nullptr, dot<V, 1, 1>, dot<V, 2, 1>, dot<V, 3, 1>, dot<V, 4, 1>, dot<V, 5, 1>,
        dot<V, 6, 1>},
       {nullptr, dot<V, 1, 2>, dot<V, 2, 2>, dot<V, 3, 2>}},
      copy<V>,
      transpose<V>,
      add_rows<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_avx512 = {make_ops<F32>(), make_ops<F64>()};

}  // namespace cairn::kernels
