// The two examples that the chapter works through on paper.
#pragma once

#include <array>
#include <cstddef>

#include "06-convolutional-networks/hand.h"
#include "12-fast-convolution/layout.h"
#include "12-fast-convolution/toom_cook.h"

namespace ch12 {
// Chapter 6's example as a sum of four pictures: what tap (p, q) meets, times the tap.
inline Matrix one_tap(const ch06::Hand& hand, std::size_t p, std::size_t q) {
  Matrix part(1, 4);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      part(0, 2 * i + j) =
          hand.filter(0, 2 * p + q) * hand.image(0, 3 * (i + p) + j + q);
  return part;
}
// Two responses of three weights to four pixels, by four products.
struct FourProducts {
  std::array<double, 4> pixels{}, weights{}, products{};
  std::array<double, 2> responses{};
};

inline FourProducts four_products(const std::array<double, 4>& d,
                                  const std::array<double, 3>& w) {
  constexpr auto f = F2::kAll;
  FourProducts r;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 4; ++k) r.pixels[i] += f.bt[i][k] * d[k];
    for (std::size_t k = 0; k < 3; ++k) r.weights[i] += f.g[i][k] * w[k];
    r.products[i] = r.pixels[i] * r.weights[i];
    for (std::size_t k = 0; k < 2; ++k) r.responses[k] += f.at[k][i] * r.products[i];
  }
  return r;
}

}  // namespace ch12
