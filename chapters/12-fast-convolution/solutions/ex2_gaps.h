// Solution 2: taps with gaps between them.
//
// Runs do not work: between the pixels that two taps of a row meet lie others.
#pragma once

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

inline Flat with_gaps(const Task& t, std::size_t gap, const Flat& x, const Flat& w) {
  const std::size_t k = t.window.size, c = t.in.channels, o = t.filters;
  const std::size_t reach = (k - 1) * gap;
  const std::size_t height = t.in.height - reach, width = t.in.width - reach;
  Flat y(t.images * height * width * o);
  for (std::size_t r = 0; r < t.images * height; ++r) {
    const std::size_t n = r / height, i = r % height;
    for (std::size_t p = 0; p < k; ++p)
      for (std::size_t q = 0; q < k; ++q) {
        const std::size_t row = n * t.in.height + i + p * gap;
        ch11::gemm(width, o, c, &x[(row * t.in.width + q * gap) * c], c,
                   &w[(p * k + q) * c * o], o, &y[r * width * o], o);
      }
  }
  return y;
}

}  // namespace ch12
