// Solution 5: the weight gradient by fewer multiplications.
//
// 16 products for a tile where the sums have 36, and one way back for the whole picture.
#pragma once

#include "12-fast-convolution/layout.h"
#include "12-fast-convolution/toom_cook.h"

namespace ch12 {

// m · tile · mᵀ, where at(k, l) is an entry of the tile.
template <std::size_t R, std::size_t C, class At>
Table<R, R> both_sides(const Table<R, C>& m, At at) {
  Table<R, R> result{};
  for (std::size_t i = 0; i < R; ++i)
    for (std::size_t j = 0; j < R; ++j)
      for (std::size_t k = 0; k < C; ++k)
        for (std::size_t l = 0; l < C; ++l)
          result[i][j] += m[i][k] * at(k, l) * m[j][l];
  return result;
}

inline Flat weights_by_values(const Flat& x, const Flat& dy, std::size_t height,
                              std::size_t width) {
  constexpr auto f = toom_cook<3, 2>({0, 1, -1});
  Table<4, 4> sum{};
  for (std::size_t i = 0; i < height; i += 2)
    for (std::size_t j = 0; j < width; j += 2) {
      const auto pixels = both_sides(f.bt, [&](std::size_t k, std::size_t l) {
        return x[(i + k) * (width + 2) + j + l];
      });
      const auto slopes = both_sides(f.g, [&](std::size_t k, std::size_t l) {
        return dy[(i + k) * width + j + l];
      });
      for (std::size_t k = 0; k < 4; ++k)
        for (std::size_t l = 0; l < 4; ++l) sum[k][l] += pixels[k][l] * slopes[k][l];
    }
  const auto weights =
      both_sides(f.at, [&](std::size_t k, std::size_t l) { return sum[k][l]; });
  Flat result;
  for (const auto& row : weights) result.insert(result.end(), row.begin(), row.end());
  return result;
}

}  // namespace ch12
