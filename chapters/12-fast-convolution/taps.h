// Convolution as a sum of products of matrices, read from the image where it lies.
#pragma once

#include <cstddef>

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// ANCHOR: by_taps
// For each tap and each row of responses, y [W' × O] += pixels [W' × C] · w_tap
// [C × O]. The pixels that a tap meets are `step` numbers apart.
inline Flat by_taps(const Task& t, const Flat& x, const Flat& w) {
  const std::size_t width = t.out().width, c = t.in.channels, o = t.filters;
  Flat y(t.places() * o);
  for (std::size_t r = 0; r < t.rows(); ++r)
    for (std::size_t p = 0; p < t.window.size; ++p)
      for (std::size_t q = 0; q < t.window.size; ++q)
        ch11::gemm(width, o, c, &x[t.row(r, p) + q * c], t.step(),
                   &w[(p * t.window.size + q) * c * o], o, &y[r * width * o], o);
  return y;
}
// ANCHOR_END: by_taps

// ANCHOR: by_runs
// The K taps of a row of the window meet K·C numbers that lie side by side, so they are
// one product: y [W' × O] += runs [W' × K·C] · w_p [K·C × O]. Its rows overlap.
inline Flat by_runs(const Task& t, const Flat& x, const Flat& w) {
  const std::size_t width = t.out().width, o = t.filters;
  Flat y(t.places() * o);
  for (std::size_t r = 0; r < t.rows(); ++r)
    for (std::size_t p = 0; p < t.window.size; ++p)
      ch11::gemm(width, o, t.run(), &x[t.row(r, p)], t.step(), &w[p * t.run() * o], o,
                 &y[r * width * o], o);
  return y;
}
// ANCHOR_END: by_runs

}  // namespace ch12
