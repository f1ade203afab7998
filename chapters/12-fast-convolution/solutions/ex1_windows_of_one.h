// Solution 1: windows of one pixel, without a frame.
#pragma once

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

inline Flat windows_of_one(const Task& t, const Flat& x, const Flat& w) {
  const std::size_t c = t.in.channels, o = t.filters, width = t.out().width;
  Flat y(t.places() * o);
  if (t.window.stride == 1) {
    ch11::gemm(t.places(), o, c, x.data(), c, w.data(), o, y.data(), o);
    return y;
  }
  for (std::size_t r = 0; r < t.rows(); ++r)
    ch11::gemm(width, o, c, &x[t.row(r, 0)], t.step(), w.data(), o, &y[r * width * o],
               o);
  return y;
}

}  // namespace ch12
