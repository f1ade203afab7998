// How far a product may be off, whatever the order of its sums.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "11-matrix-multiplication/plain.h"

namespace ch11 {

// The largest relative error of a double's operation, and what n of them may come to.
constexpr double kUnit = 0x1.0p-53;

inline double gamma_of(std::size_t n) {
  const double nu = static_cast<double>(n) * kUnit;
  return nu / (1 - nu);
}

// ANCHOR: careful
// A sum that keeps what each of its additions and products loses, and adds it at the
// end (Ogita, Rump and Oishi, 2005): as if it had been computed with twice the digits.
struct CarefulSum {
  double sum = 0, lost = 0;
  double size = 0;  // of the absolute values of all terms

  void add(double x, double error) {
    const double before = sum, after = sum + x, part = after - before;
    lost += (before - (after - part)) + (x - part) + error;
    sum = after;
    size += std::abs(x);
  }
  void add_product(double a, double b) { add(a * b, std::fma(a, b, -(a * b))); }
  double value() const { return sum + lost; }
};
// ANCHOR_END: careful

// ANCHOR: share
// The worst error of what x.c holds, as a share of its bound. `before` is what x.c held
// before the product was added. At most 1, or the product is wrong.
inline double share_of_bound(const Product& x, const double* before) {
  double worst = 0;
  for (std::size_t i = 0; i < x.m; ++i) {
    for (std::size_t j = 0; j < x.n; ++j) {
      CarefulSum exact;
      exact.add(before[i * x.c_row + j], 0);
      for (std::size_t p = 0; p < x.k; ++p) {
        exact.add_product(x.a[i * x.a_row + p], x.b[p * x.b_row + j]);
      }
      const double error = std::abs(x.c[i * x.c_row + j] - exact.value());
      const double bound = gamma_of(x.k + 1) * exact.size;
      if (!(error <= 0)) worst = std::max(worst, bound > 0 ? error / bound : HUGE_VAL);
      if (std::isnan(error)) return HUGE_VAL;
    }
  }
  return worst;
}
// ANCHOR_END: share

}  // namespace ch11
