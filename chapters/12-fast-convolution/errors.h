// What Winograd's transforms do to the last digits, in the floats that networks use.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "12-fast-convolution/toom_cook.h"

namespace ch12 {

template <class T, std::size_t R, std::size_t C>
Table<R, C, T> as(const Table<R, C, float>& table) {
  Table<R, C, T> result;
  for (std::size_t i = 0; i < R; ++i)
    for (std::size_t j = 0; j < C; ++j) result[i][j] = static_cast<T>(table[i][j]);
  return result;
}

template <std::size_t N>
void fill(Table<N, N, float>& table, ch01::Random& random) {
  for (auto& row : table)
    for (float& v : row) v = static_cast<float>(random.normal());
}
// matrix · tile · matrixᵀ in numbers of type T, in plain loops.
template <class T, std::size_t R, std::size_t C>
Table<R, R, T> around(const Table<R, C>& m, const Table<C, C, T>& tile) {
  Table<R, C, T> half{};
  Table<R, R, T> result{};
  for (std::size_t i = 0; i < R; ++i)
    for (std::size_t j = 0; j < C; ++j)
      for (std::size_t k = 0; k < C; ++k)
        half[i][j] += static_cast<T>(m[i][k]) * tile[k][j];
  for (std::size_t i = 0; i < R; ++i)
    for (std::size_t j = 0; j < R; ++j)
      for (std::size_t k = 0; k < C; ++k)
        result[i][j] += half[i][k] * static_cast<T>(m[j][k]);
  return result;
}

// The M × M responses of one tile, summed over the channels.
template <class T, std::size_t M, std::size_t N>
Table<M, M, T> one_tile(const ToomCook<M, 3>& f,
                        const std::vector<Table<N, N, float>>& pixels,
                        const std::vector<Table<3, 3, float>>& weights) {
  Table<N, N, T> sum{};
  for (std::size_t c = 0; c < pixels.size(); ++c) {
    const auto v = around<T>(f.bt, as<T>(pixels[c]));
    const auto u = around<T>(f.g, as<T>(weights[c]));
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t j = 0; j < N; ++j) sum[i][j] += u[i][j] * v[i][j];
  }
  return around<T>(f.at, sum);
}

template <class T, std::size_t M, std::size_t N>
Table<M, M, T> direct(const std::vector<Table<N, N, float>>& pixels,
                      const std::vector<Table<3, 3, float>>& weights) {
  Table<M, M, T> y{};
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < M; ++j)
      for (std::size_t c = 0; c < pixels.size(); ++c)
        for (std::size_t p = 0; p < 3; ++p)
          for (std::size_t q = 0; q < 3; ++q)
            y[i][j] += static_cast<T>(weights[c][p][q]) *
                       static_cast<T>(pixels[c][i + p][j + q]);
  return y;
}

struct Errors {
  double winograd, direct;  // relative to the responses, root mean squares
};
// Errors in float, against sums in double, over `tiles` random tiles.
template <std::size_t M>
Errors errors(const ToomCook<M, 3>& f, std::size_t channels, int tiles) {
  constexpr std::size_t n = M + 2;
  ch01::Random random(1);
  double fast = 0, plain = 0, size = 0;
  for (int k = 0; k < tiles; ++k) {
    std::vector<Table<n, n, float>> pixels(channels);
    std::vector<Table<3, 3, float>> weights(channels);
    for (auto& tile : pixels) fill(tile, random);
    for (auto& tile : weights) fill(tile, random);
    const auto exact = direct<double, M>(pixels, weights);
    const auto a = one_tile<float>(f, pixels, weights);
    const auto b = direct<float, M>(pixels, weights);
    for (std::size_t i = 0; i < M; ++i)
      for (std::size_t j = 0; j < M; ++j) {
        fast += std::pow(static_cast<double>(a[i][j]) - exact[i][j], 2);
        plain += std::pow(static_cast<double>(b[i][j]) - exact[i][j], 2);
        size += std::pow(exact[i][j], 2);
      }
  }
  return {std::sqrt(fast / size), std::sqrt(plain / size)};
}

}  // namespace ch12
