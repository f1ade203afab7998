// Convolution as one product of matrices, by copies of what the window covers.
#pragma once

#include <algorithm>
#include <cstddef>

#include "11-matrix-multiplication/gemm.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// ANCHOR: columns
// What the window covers at all places of `rows` rows of responses: a row of K·K·C
// numbers for each place. K·C of them lie side by side in the image.
inline void columns(const Task& t, const Flat& x, std::size_t first, std::size_t rows,
                    Flat& to) {
  const std::size_t width = t.out().width, run = t.run();
  to.resize(rows * width * t.depth());
  double* next = to.data();
  for (std::size_t r = first; r < first + rows; ++r)
    for (std::size_t j = 0; j < width; ++j)
      for (std::size_t p = 0; p < t.window.size; ++p, next += run)
        std::copy_n(&x[t.row(r, p) + j * t.step()], run, next);
}
// ANCHOR_END: columns

// ANCHOR: by_columns
// y [N·H'·W' × O] = columns [N·H'·W' × K·K·C] · w [K·K·C × O]
inline Flat by_columns(const Task& t, const Flat& x, const Flat& w) {
  Flat all, y(t.places() * t.filters);
  columns(t, x, 0, t.rows(), all);
  ch11::gemm(t.places(), t.filters, t.depth(), all.data(), t.depth(), w.data(),
             t.filters, y.data(), t.filters);
  return y;
}
// ANCHOR_END: by_columns

// ANCHOR: by_strips
constexpr std::size_t kStripBytes = 256 * 1024;  // half of a second-level cache

// As many rows as have columns that stay in the cache.
inline std::size_t strip_rows(const Task& t) {
  const std::size_t row = t.out().width * t.depth() * sizeof(double);
  return std::clamp<std::size_t>(kStripBytes / row, 1, t.rows());
}

inline Flat by_strips(const Task& t, const Flat& x, const Flat& w) {
  Flat strip, y(t.places() * t.filters);
  const std::size_t width = t.out().width, most = strip_rows(t);
  for (std::size_t r = 0; r < t.rows(); r += most) {
    const std::size_t rows = std::min(most, t.rows() - r);
    columns(t, x, r, rows, strip);
    ch11::gemm(rows * width, t.filters, t.depth(), strip.data(), t.depth(), w.data(),
               t.filters, &y[r * width * t.filters], t.filters);
  }
  return y;
}
// ANCHOR_END: by_strips

}  // namespace ch12
