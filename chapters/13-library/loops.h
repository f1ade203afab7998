// Loops over all numbers of tensors, however they lie in memory.
#pragma once

#include <cstddef>
#include <utility>

#include "13-library/tensor.h"
#include "13-library/workers.h"

namespace ch13 {

// ANCHOR: runs
// A stretch of numbers along the last axis: where it begins in two tensors.
struct Run {
  std::size_t first, count;  // in the order of the shape
  std::size_t a, b;          // from data() on
};

// Cuts the numbers [begin, end) of a shape, counted in order, into such stretches.
template <class Function>
void for_runs(const Shape& shape, const Strides& a, const Strides& b, std::size_t begin,
              std::size_t end, const Function& f) {
  const std::size_t width = shape.empty() ? 1 : shape.back();
  while (begin < end) {
    Run run{begin, std::min(width - begin % width, end - begin), 0, 0};
    std::size_t rest = begin;
    for (std::size_t k = shape.size(); k-- > 0;) {
      run.a += rest % shape[k] * a[k];
      run.b += rest % shape[k] * b[k];
      rest /= shape[k];
    }
    f(run);
    begin += run.count;
  }
}
// ANCHOR_END: runs

constexpr std::size_t kGrain = 16384;  // numbers that are worth another thread

// Numbers in order are one long axis, whatever their shape.
inline Tensor flat(Tensor x) {
  x.shape = {x.size()};
  x.strides = {1};
  return x;
}

// f of every number.
template <class Function>
Tensor map(const Tensor& x, const Function& f) {
  Tensor y(x.shape);
  const Tensor from = x.in_order() ? flat(x) : x;
  const std::size_t step = from.strides.empty() ? 0 : from.strides.back();
  parallel_for(y.size(), kGrain, [&](std::size_t begin, std::size_t end) {
    for_runs(from.shape, from.strides, from.strides, begin, end, [&](const Run& run) {
      const double* const in = from.data() + run.a;
      double* const out = y.data() + run.first;
      if (step == 1) {
        for (std::size_t i = 0; i < run.count; ++i) out[i] = f(in[i]);
      } else {
        for (std::size_t i = 0; i < run.count; ++i) out[i] = f(in[i * step]);
      }
    });
  });
  return y;
}

}  // namespace ch13
