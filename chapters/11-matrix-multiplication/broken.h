// Products with a fault each, whose results look like products. They use the portable
// kernel, so that they are wrong in the same way on every machine.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

using Views = View<double>;

// ANCHOR: overwritten
// Every block of the depth writes its sums to C, and the last one stays.
inline void multiply_overwritten(std::size_t m, std::size_t n, std::size_t k, Views a,
                                 Views b, double* c, std::size_t c_row) {
  const Kernels<double> kernel = kernels<double>(Isa::kPortable);
  const std::size_t kc = 512;
  const std::vector<double> before(c, c + (m - 1) * c_row + n);
  for (std::size_t p = 0; p < k; p += kc) {
    std::copy(before.begin(), before.end(), c);
    multiply_add(m, n, std::min(kc, k - p), a.from(0, p), b.from(p, 0), c, c_row,
                 kernel, Blocks{64, kc, 256});
  }
}
// ANCHOR_END: overwritten

// ANCHOR: stale
// A kernel that goes four steps of the depth at a time asks for copies whose depth is a
// multiple of four. Nobody writes the steps that are missing.
inline void multiply_stale(std::size_t m, std::size_t n, std::size_t k, Views a,
                           Views b, double* c, std::size_t c_row) {
  static std::vector<double> kept_a, kept_b;  // kept from call to call
  const Kernels<double> kernel = kernels<double>(Isa::kPortable);
  const std::size_t depth = round_up(k, 4);
  const std::size_t rows = round_up(m, kernel.rows),
                    columns = round_up(n, kernel.columns);
  kept_a.resize(std::max(kept_a.size(), rows * depth));
  kept_b.resize(std::max(kept_b.size(), columns * depth));
  for (std::size_t j = 0; j < n; j += kernel.columns) {
    const std::size_t width = std::min(kernel.columns, n - j);
    pack(b.from(0, j), k, width, kernel.columns, &kept_b[j * depth]);
  }
  for (std::size_t i = 0; i < m; i += kernel.rows) {
    const std::size_t height = std::min(kernel.rows, m - i);
    pack(a.from(i, 0).transposed(), k, height, kernel.rows, &kept_a[i * depth]);
    for (std::size_t j = 0; j < n; j += kernel.columns) {
      edge_tile(kernel,
                {depth, &kept_a[i * depth], 1, kernel.rows, &kept_b[j * depth],
                 kernel.columns, c + i * c_row + j, c_row},
                height, std::min(kernel.columns, n - j));
    }
  }
}
// ANCHOR_END: stale

// ANCHOR: over_the_edge
// The last tile of a row is as wide as the others, and its end lies in the next row.
inline void multiply_over_edge(std::size_t m, std::size_t n, std::size_t k, Views a,
                               Views b, double* c, std::size_t c_row) {
  const Kernels<double> kernel = kernels<double>(Isa::kPortable);
  const std::size_t rows = round_up(m, kernel.rows);
  // Room behind the last row, so that only numbers are harmed, and not the program.
  std::vector<double> all_b((k + 1) * n + kernel.columns);
  std::vector<double> all_c((rows + 1) * n + kernel.columns), all_a(rows * k);
  for (std::size_t p = 0; p < k; ++p) {
    for (std::size_t j = 0; j < n; ++j) all_b[p * n + j] = b(p, j);
  }
  for (std::size_t i = 0; i < m; ++i) {
    std::copy_n(c + i * c_row, n, &all_c[i * n]);
    for (std::size_t p = 0; p < k; ++p) all_a[i * k + p] = a(i, p);
  }
  for (std::size_t i = 0; i < m; i += kernel.rows) {
    for (std::size_t j = 0; j < n; j += kernel.columns) {
      kernel.as_it_lies({k, &all_a[i * k], k, 1, &all_b[j], n, &all_c[i * n + j], n});
    }
  }
  for (std::size_t i = 0; i < m; ++i) std::copy_n(&all_c[i * n], n, c + i * c_row);
}
// ANCHOR_END: over_the_edge

// ANCHOR: race
// Two threads share the depth, and add to the same C.
inline void multiply_racing(std::size_t m, std::size_t n, std::size_t k, Views a,
                            Views b, double* c, std::size_t c_row) {
  const std::size_t half = k / 2;
  std::thread other([&] { multiply_add(m, n, half, a, b, c, c_row); });
  multiply_add(m, n, k - half, a.from(0, half), b.from(half, 0), c, c_row);
  other.join();
}
// ANCHOR_END: race

}  // namespace ch11
