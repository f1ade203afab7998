// How much of a slope is left after so many steps.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// ANCHOR: spectral_radius
// How many times longer a vector gets, on the average over many products.
inline double spectral_radius(const Matrix& w) {
  Matrix v(w.cols, 1, 1.0);
  double logs = 0;
  const int warm = 100, count = 1000;
  for (int k = 0; k < warm + count; ++k) {
    v = ch01::multiply(w, v);
    double sum = 0;
    for (double x : v.values) sum += x * x;
    for (double& x : v.values) x /= std::sqrt(sum);
    if (k >= warm) logs += std::log(sum) / 2;
  }
  return std::exp(logs / count);
}
// ANCHOR_END: spectral_radius

// ANCHOR: slope_sizes
// The size of dL/dstate at each distance from the end, for a loss that sees
// nothing but the last h. One step back at a time: d is where we are.
template <class Cell>
std::vector<double> slope_sizes(Recurrent<Cell> cells, const Run& run, Matrix dh) {
  State d{std::move(dh), Matrix(run.back().after.h.rows, cells.width())};
  const Sequence nothing{Matrix(d.h.rows, d.h.cols)};
  std::vector<double> sizes;
  for (std::size_t t = run.size(); t-- > 0;) {
    double sum = 0;
    for (double v : d.h.values) sum += v * v;
    for (double v : d.c.values) sum += v * v;
    sizes.push_back(std::sqrt(sum));
    cells.backward({run[t]}, nothing, d);
  }
  return sizes;
}
// ANCHOR_END: slope_sizes

}  // namespace ch07
