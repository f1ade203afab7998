// Exercise 5 ★★★: the weight gradient by fewer multiplications.
#pragma once

#include "12-fast-convolution/layout.h"
#include "12-fast-convolution/toom_cook.h"

namespace ch12 {

// One channel and one filter of 3 × 3, stride 1: x [(H'+2) × (W'+2)] is the framed
// picture, dy [H' × W'] the slopes, and both sides of dy are even.
// In dL/dw[p][q] = Σ dy[i][j] · x[i+p][j+q] the weights are the responses. So a tile of
// 2 × 2 slopes is a filter, the 4 × 4 pixels that it meets are the pixels, and the
// matrices are those of toom_cook<3, 2>({0, 1, -1}).
// Write: for each tile the transforms of pixels (bt) and slopes (g) and their 16
// products, added up over all tiles; then the transform back (at), once.
inline Flat weights_by_values(const Flat& x, const Flat& dy, std::size_t height,
                              std::size_t width) {
  (void)x, (void)dy, (void)height, (void)width;
  return Flat(9);
}

}  // namespace ch12
