// Sums whose parts are cut in different ways.
#pragma once

#include <cstddef>
#include <vector>

#include "13-library/workers.h"

namespace ch13 {

// As many parts as there are threads: it looks natural, and the sum of the parts is
// another one on every machine.
inline double sum_by_threads(const std::vector<double>& x, std::size_t threads) {
  std::vector<double> sums(threads);
  const std::size_t n = x.size();
  for (std::size_t t = 0; t < threads; ++t) {
    for (std::size_t i = n * t / threads; i < n * (t + 1) / threads; ++i) {
      sums[t] += x[i];
    }
  }
  double total = 0;
  for (double s : sums) total += s;
  return total;
}

// What Amdahl's law promises: a share `serial` of the work is done by one thread.
inline double amdahl(double serial, double threads) {
  return 1 / (serial + (1 - serial) / threads);
}

}  // namespace ch13
