// Solution 5: threads that share the depth, and the same bits all the same.
#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

inline void multiply_by_depth(std::size_t threads, std::size_t parts, std::size_t m,
                              std::size_t n, std::size_t k, View<double> a,
                              View<double> b, double* c) {
  std::vector<std::vector<double>> sums(parts, std::vector<double>(m * n));
  const auto work = [&](std::size_t t) {
    for (std::size_t part = t; part < parts; part += threads) {
      const std::size_t first = k * part / parts, last = k * (part + 1) / parts;
      multiply_add(m, n, last - first, a.from(0, first), b.from(first, 0),
                   sums[part].data(), n);
    }
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& t : others) t.join();
  for (const std::vector<double>& s : sums) {
    for (std::size_t i = 0; i < m * n; ++i) c[i] += s[i];
  }
}

}  // namespace ch11
