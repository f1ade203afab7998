// Matrix multiplication for any processor: the same tiles, on "registers" of one
// element.
#include <cstddef>
#include <cstdint>

#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {
namespace {

#include <cairn/kernels/gemm/unroll.inc>

template <class T>
struct Four {
  struct Reg {
    T x[4];
  };
  using Scalar = T;
  using Mask = int;  // how many of the four
  static constexpr int width = 4;

  template <class F>
  static Reg each(F f) {
    return {{f(0), f(1), f(2), f(3)}};
  }
  static Mask mask(int n) { return n; }
  static Reg zero() { return set(T(0)); }
  static Reg set(T x) { return {{x, x, x, x}}; }
  static Reg load(const T* p) { return {{p[0], p[1], p[2], p[3]}}; }
  static Reg load(const T* p, Mask n) {
    return each([&](int i) { return i < n ? p[i] : T(0); });
  }
  static void store(T* p, Reg v) { store(p, v, 4); }
  static void store(T* p, Reg v, Mask n) {
    for (int i = 0; i < n; ++i) p[i] = v.x[i];
  }
  static Reg fma(Reg a, Reg b, Reg c) {
    return each([&](int i) { return a.x[i] * b.x[i] + c.x[i]; });
  }
  static Reg add(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] + b.x[i]; });
  }
  static Reg mul(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] * b.x[i]; });
  }
  static Reg max(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] > b.x[i] ? a.x[i] : b.x[i]; });
  }
};

template <class T>
struct One {
  using Quad = Four<T>;
  using Narrow = One;
  using Scalar = T;
  using Reg = T;
  using Mask = bool;
  static constexpr int width = 1;

  static Mask mask(int n) { return n > 0; }
  static Reg zero() { return T(0); }
  static Reg set(T x) { return x; }
  static Reg load(const T* p) { return *p; }
  static Reg load(const T* p, Mask m) { return m ? *p : T(0); }
  static void store(T* p, Reg v) { *p = v; }
  static void store(T* p, Reg v, Mask m) {
    if (m) *p = v;
  }
  static Reg fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static Reg add(Reg a, Reg b) { return a + b; }
  static Reg mul(Reg a, Reg b) { return a * b; }
  static Reg max(Reg a, Reg b) { return a > b ? a : b; }
  static typename Quad::Reg sum4(Reg a, Reg b, Reg c, Reg d) { return {{a, b, c, d}}; }
  static void transpose(Reg (&)[1]) {}
};

#include <cairn/kernels/gemm/finish.inc>

#include <cairn/kernels/gemm/dot.inc>
#include <cairn/kernels/gemm/pack.inc>
#include <cairn/kernels/gemm/tile.inc>
#include <cairn/kernels/gemm/vector_matrix.inc>

template <class V>
constexpr GemmOps<typename V::Scalar> make_ops() {
  return {
      V::width,
      4,
      {0, 4, 4, 4, 4},
      {{},
       {nullptr, tile<V, 1, 1>, tile<V, 2, 1>, tile<V, 3, 1>, tile<V, 4, 1>},
       {nullptr, tile<V, 1, 2>, tile<V, 2, 2>, tile<V, 3, 2>, tile<V, 4, 2>},
       {nullptr, tile<V, 1, 3>, tile<V, 2, 3>, tile<V, 3, 3>, tile<V, 4, 3>},
       {nullptr, tile<V, 1, 4>, tile<V, 2, 4>, tile<V, 3, 4>, tile<V, 4, 4>}},
      {0, 2, 1},
      {{}, {nullptr, dot<V, 1, 1>, dot<V, 2, 1>}, {nullptr, dot<V, 1, 2>}},
      copy<V>,
      transpose<V>,
      add_rows<V>,
  };
}

}  // namespace

extern constexpr GemmKernels gemm_scalar = {make_ops<One<float>>(),
                                            make_ops<One<double>>()};

}  // namespace cairn::kernels
