// The product on several threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

// ANCHOR: threads
// Each thread computes some rows of C, or some columns where there are more of those.
// No two write to the same number, so they need not know of each other.
template <class T>
void multiply_add_on(std::size_t threads, std::size_t m, std::size_t n, std::size_t k,
                     View<T> a, View<T> b, T* c, std::size_t c_row) {
  const bool by_rows = m >= n;
  const Kernels<T> kernel = kernels<T>();
  const std::size_t whole = by_rows ? m : n;
  const std::size_t unit = by_rows ? kernel.rows : kernel.columns;
  const std::size_t share = round_up((whole + threads - 1) / threads, unit);
  const auto part = [=](std::size_t first) {
    const std::size_t count = std::min(share, whole - first);
    if (by_rows) {
      multiply_add(count, n, k, a.from(first, 0), b, c + first * c_row, c_row);
    } else {
      multiply_add(m, count, k, a, b.from(0, first), c + first, c_row);
    }
  };
  std::vector<std::thread> others;
  for (std::size_t first = share; first < whole; first += share) {
    others.emplace_back(part, first);
  }
  if (whole > 0) part(0);
  for (std::thread& t : others) t.join();
}
// ANCHOR_END: threads

}  // namespace ch11
