// How loops over a matrix are cut up.
#pragma once

#include <algorithm>
#include <cstdint>

#include <cairn/core/parallel.h>

namespace cairn::kernels {

inline std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
inline std::int64_t round_up(std::int64_t a, std::int64_t b) {
  return ceil_div(a, b) * b;
}

/// [0, n) cut into parts whose lengths differ by one at most. 32 rows in tiles of at
/// most six are 5 5 5 5 6 6, never 6 6 6 6 6 2: a short tile cannot keep the FMA units
/// busy.
struct Split {
  std::int64_t n;
  std::int64_t parts;

  static Split at_most(std::int64_t n, std::int64_t largest) {
    return {n, std::max<std::int64_t>(1, ceil_div(n, largest))};
  }
  std::int64_t begin(std::int64_t i) const { return n * i / parts; }
  std::int64_t size(std::int64_t i) const { return begin(i + 1) - begin(i); }
};

/// Where an operand lies: element (i, p) at data[i * row + p * step].
template <class T>
struct View {
  const T* data;
  std::int64_t row;
  std::int64_t step;

  View at(std::int64_t i, std::int64_t p) const {
    return {data + i * row + p * step, row, step};
  }
};

constexpr std::int64_t kFewRows = 64;     // up to here A and B are read where they lie
constexpr double kParallelFlops = 1.5e6;  // less work than this stays on one thread

/// f(begin, end) for parts that cover [0, n), each a task of its own if `parallel`.
template <class F>
void in_parallel(bool parallel, std::int64_t n, F&& f) {
  if (parallel) {
    parallel_for(n, 1, f);
  } else {
    f(0, n);
  }
}

}  // namespace cairn::kernels
