// The matrices of Winograd's convolution, from the points where polynomials are taken.
#pragma once

#include <array>
#include <cstddef>

namespace ch12 {

template <std::size_t kRows, std::size_t kCols, class T = double>
using Table = std::array<std::array<T, kCols>, kRows>;

// ANCHOR: toom_cook
// F(M, R): M responses of a filter of R weights by M + R - 1 multiplications,
//   y = at · ((g · w) ⊙ (bt · d)),   d: M + R - 1 pixels.
template <std::size_t M, std::size_t R>
struct ToomCook {
  static constexpr std::size_t kOut = M, kTaps = R, kPoints = M + R - 1;
  Table<kPoints, kPoints> bt{};
  Table<kPoints, R> g{};
  Table<M, kPoints> at{};
};

// From all points but the last, which is infinity.
template <std::size_t M, std::size_t R>
constexpr ToomCook<M, R> toom_cook(const std::array<double, M + R - 2>& points) {
  constexpr std::size_t n = M + R - 1;
  ToomCook<M, R> f;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    // The product of (x - p) over all points but this one: coefficients and value.
    std::array<double, n> product{1};
    double value = 1;
    for (std::size_t k = 0; k + 1 < n; ++k) {
      if (k == i) continue;
      for (std::size_t c = n - 1; c > 0; --c)
        product[c] = product[c - 1] - points[k] * product[c];
      product[0] *= -points[k];
      value *= points[i] - points[k];
    }
    f.bt[i] = product;
    double power = 1;
    for (std::size_t k = 0; k < (M > R ? M : R); ++k, power *= points[i]) {
      if (k < R) f.g[i][k] = power / value;
      if (k < M) f.at[k][i] = power;
    }
  }
  // Infinity: the product over all points, and the leading coefficients.
  f.bt[n - 1][0] = 1;
  for (std::size_t k = 0; k + 1 < n; ++k) {
    for (std::size_t c = n - 1; c > 0; --c)
      f.bt[n - 1][c] = f.bt[n - 1][c - 1] - points[k] * f.bt[n - 1][c];
    f.bt[n - 1][0] *= -points[k];
  }
  f.g[n - 1][R - 1] = 1;
  f.at[M - 1][n - 1] = 1;
  return f;
}
// ANCHOR_END: toom_cook

// ANCHOR: points
// The three matrices as types, so that the compiler knows every entry.
template <std::size_t M, std::size_t R, class Points>
struct Winograd {
  static constexpr std::size_t kOut = M, kTaps = R, kTile = M + R - 1;
  static constexpr auto kAll = toom_cook<M, R>(Points::kPoints);
  struct Pixels {
    static constexpr auto kMatrix = kAll.bt;
  };
  struct Weights {
    static constexpr auto kMatrix = kAll.g;
  };
  struct Responses {
    static constexpr auto kMatrix = kAll.at;
  };
};

struct OnePair {
  static constexpr std::array<double, 3> kPoints = {0, 1, -1};
};
struct TwoPairs {
  static constexpr std::array<double, 5> kPoints = {0, 1, -1, 2, -2};
};
using F2 = Winograd<2, 3, OnePair>;
using F4 = Winograd<4, 3, TwoPairs>;
// ANCHOR_END: points

}  // namespace ch12
