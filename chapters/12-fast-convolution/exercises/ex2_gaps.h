// Exercise 2 ★★: taps with gaps between them.
#pragma once

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// A dilated convolution of stride 1: tap (p, q) meets the pixel p·gap rows down and
// q·gap to the right. x [N·H·W × C] has no frame here, w is by tap as in the chapter.
// There are H - (K - 1)·gap rows of responses for each image, and as many columns.
// Write: a product for each tap and each row of responses.
inline Flat with_gaps(const Task& t, std::size_t gap, const Flat& x, const Flat& w) {
  const std::size_t reach = (t.window.size - 1) * gap;
  (void)x, (void)w;
  return Flat(t.images * (t.in.height - reach) * (t.in.width - reach) * t.filters);
}

}  // namespace ch12
