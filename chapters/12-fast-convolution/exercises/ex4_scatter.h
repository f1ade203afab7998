// Exercise 4 ★★: the input gradient for any stride, by products.
#pragma once

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// dy [N·H'·W' × O] and w by tap → dL/dx, framed and channels-last.
// Write: for each row of responses and each tap, a product that adds to every S-th pixel
// of a row of dx. gemm needs the tap's matrix transposed, [O × C]: make those first.
inline Flat by_scattering(const Task& t, const Flat& dy, const Flat& w) {
  (void)dy, (void)w;
  return Flat(t.images * t.frame().size());
}

}  // namespace ch12
