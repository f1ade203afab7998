// Numbers of two tensors, pair by pair; sums; products of matrices.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "11-matrix-multiplication/gemm.h"
#include "13-library/views.h"

namespace ch13 {

// ANCHOR: combine
// f of every pair of numbers. Both are stretched to one shape; none is copied.
template <class Function>
Tensor combine(const char* name, const Tensor& a, const Tensor& b, const Function& f) {
  Tensor y(broadcast(name, a.shape, b.shape));
  const bool as_one = a.shape == b.shape && a.in_order() && b.in_order();
  const Tensor from_a = as_one ? flat(a) : expand(a, y.shape);
  const Tensor from_b = as_one ? flat(b) : expand(b, y.shape);
  const std::size_t step_a = from_a.strides.empty() ? 0 : from_a.strides.back();
  const std::size_t step_b = from_b.strides.empty() ? 0 : from_b.strides.back();
  parallel_for(y.size(), kGrain, [&](std::size_t begin, std::size_t end) {
    for_runs(from_a.shape, from_a.strides, from_b.strides, begin, end,
             [&](const Run& run) {
               const double* const p = from_a.data() + run.a;
               const double* const q = from_b.data() + run.b;
               double* const out = y.data() + run.first;
               for (std::size_t i = 0; i < run.count; ++i) {
                 out[i] = f(p[i * step_a], q[i * step_b]);
               }
             });
  });
  return y;
}
// ANCHOR_END: combine

inline Tensor add(const Tensor& a, const Tensor& b) {
  return combine("+", a, b, std::plus<double>());
}
inline Tensor subtract(const Tensor& a, const Tensor& b) {
  return combine("-", a, b, std::minus<double>());
}
inline Tensor times(const Tensor& a, const Tensor& b) {
  return combine("*", a, b, std::multiplies<double>());
}
inline Tensor times(const Tensor& a, double factor) {
  return map(a, [=](double v) { return factor * v; });
}

// ANCHOR: add_to
// y += factor x, where y may be a view. The order is that of x, on one thread: through
// a stretched y, many numbers of x go to the same one.
inline void add_to(const Tensor& y, const Tensor& x, double factor = 1) {
  require(y.shape == x.shape, "add_to", y.shape, x.shape);
  const std::size_t to = y.strides.empty() ? 0 : y.strides.back();
  const std::size_t from = x.strides.empty() ? 0 : x.strides.back();
  for_runs(x.shape, y.strides, x.strides, 0, x.size(), [&](const Run& run) {
    double* const out = y.data() + run.a;
    const double* const in = x.data() + run.b;
    for (std::size_t i = 0; i < run.count; ++i) out[i * to] += factor * in[i * from];
  });
  ++y.storage->version;
}
// ANCHOR_END: add_to

// Other numbers in the place of those of y.
inline void assign(const Tensor& y, const Tensor& x) {
  add_to(y, y, -1);
  add_to(y, x);
}

// ANCHOR: sum_to
// The way back of expand: adds up what has been stretched.
inline Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape == shape) return x;
  const Tensor sums(shape, 0.0);
  add_to(expand(sums, x.shape), x);
  return sums;
}
// ANCHOR_END: sum_to

// ANCHOR: sum
// The sum of all numbers: of each part first, then of the parts, in their order.
inline double sum_of(const Tensor& x) {
  const Tensor all = flat(x.in_order() ? x : copy(x));
  const std::size_t n = all.size(), parts = parts_of(n, kGrain);
  std::vector<double> sums(parts);
  workers().run(parts, [&](std::size_t p) {
    for (std::size_t i = n * p / parts; i < n * (p + 1) / parts; ++i) {
      sums[p] += all.data()[i];
    }
  });
  double total = 0;
  for (double s : sums) total += s;
  return total;
}
// ANCHOR_END: sum

// ANCHOR: matmul
constexpr std::size_t kProducts = 1000000;  // multiplications worth another thread
constexpr std::size_t kShare = 64;  // rows or columns: each part packs a factor again

inline ch11::View<double> view(const Tensor& x) {
  return {x.data(), x.strides[0], x.strides[1]};
}

// A [m × k] times B [k × n], as they lie. The longer side of the result is cut.
inline Tensor multiply(const Tensor& a, const Tensor& b) {
  const bool fits =
      a.shape.size() == 2 && b.shape.size() == 2 && a.shape[1] == b.shape[0];
  require(fits, "multiply", a.shape, b.shape);
  const std::size_t m = a.shape[0], k = a.shape[1], n = b.shape[1];
  const Tensor y({m, n}, 0.0);
  const bool by_rows = m >= n;
  const std::size_t line = std::max(k * std::min(m, n), std::size_t{1});
  const std::size_t grain = std::max(kProducts / line, kShare);
  parallel_for(std::max(m, n), grain, [&](std::size_t begin, std::size_t end) {
    const std::size_t i = by_rows ? begin : 0, j = by_rows ? 0 : begin;
    ch11::multiply_add(by_rows ? end - begin : m, by_rows ? n : end - begin, k,
                       view(a).from(i, 0), view(b).from(0, j), &y(i, j), n);
  });
  return y;
}
// ANCHOR_END: matmul

}  // namespace ch13
