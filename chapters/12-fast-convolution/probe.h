// How fast something was, and how fast memory is. Plumbing.
#pragma once

#include <cstddef>

#include "11-matrix-multiplication/probes.h"
#include "12-fast-convolution/layout.h"

namespace ch12 {

// Multiplications and additions of a convolution, as its definition has them.
inline double operations(const Task& t) {
  return 2.0 * static_cast<double>(t.places() * t.depth() * t.filters);
}

template <class Run>
double gflops(const Task& t, Run run, double seconds = 0.05) {
  return 1e-9 * operations(t) / ch11::best_time(run, seconds);
}

// GB/s of reading one array and writing another, both far larger than the caches.
inline double bandwidth() {
  const std::size_t count = 6 << 20;
  const Flat x(count, 1.0);
  Flat y(count);
  const double time = ch11::best_time([&] {
    for (std::size_t i = 0; i < count; ++i) y[i] = 0.5 * x[i];
  });
  return 16e-9 * static_cast<double>(count) / time;
}

}  // namespace ch12
