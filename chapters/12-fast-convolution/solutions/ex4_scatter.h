// Solution 4: the input gradient for any stride, by products.
//
// Each pixel of dx is read and written once for each tap that meets it. Phases write it
// once.
#pragma once

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

inline Flat by_scattering(const Task& t, const Flat& dy, const Flat& w) {
  const std::size_t k = t.window.size, c = t.in.channels, o = t.filters;
  const std::size_t width = t.out().width;
  Flat turned(w.size()), dx(t.images * t.frame().size());
  for (std::size_t tap = 0; tap < k * k; ++tap)
    for (std::size_t i = 0; i < c; ++i)
      for (std::size_t j = 0; j < o; ++j)
        turned[(tap * o + j) * c + i] = w[(tap * c + i) * o + j];
  for (std::size_t r = 0; r < t.rows(); ++r)
    for (std::size_t p = 0; p < k; ++p)
      for (std::size_t q = 0; q < k; ++q)
        ch11::gemm(width, c, o, &dy[r * width * o], o, &turned[(p * k + q) * o * c], c,
                   &dx[t.row(r, p) + q * c], t.step());
  return dx;
}

}  // namespace ch12
