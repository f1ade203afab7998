// What the two passes of a recurrent layer share.
#pragma once

#include <algorithm>
#include <utility>

#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/recurrent/recurrent_reference.h>
#include <cairn/kernels/recurrent/step_panels.h>
#include <cairn/kernels/typed_tables.h>
#include <cairn/ops/recurrent_steps.h>

namespace cairn::detail {

// Copying the weights for their steps costs about as much as one of these.
constexpr std::int64_t kStepsWorthPacking = 3;
// From so many samples on, a step's product with the input's weights is as fast as that of
// all steps together.
constexpr std::int64_t kRowsWorthPacking = 16;

// For real dtypes, which have been asked for before.
template <class F>
decltype(auto) visit_real(const Tensor& t, F&& f) {
  return visit_floating(t.dtype(), "a recurrent layer", std::forward<F>(f));
}

template <class T>
const T* data_or_null(const Tensor& t) {
  return t.defined() ? data_of<T>(t) : nullptr;
}

// Elements `count` from `from` on, or zeros.
template <class T>
void copy_or_zero(T* to, const Tensor& from, std::int64_t count) {
  if (from.defined()) std::copy_n(data_of<T>(from), count, to);
  else std::fill_n(to, count, T(0));
}

// c[m, n] = op(a) op(b) + beta c, then the bias.
template <class T>
void multiply(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n,
              std::int64_t k, const T* a, std::int64_t lda, const T* b,
              std::int64_t ldb, T beta, T* c, std::int64_t ldc,
              const T* bias = nullptr) {
  kernels::GemmCall<T> call;
  call.trans_a = trans_a, call.trans_b = trans_b;
  call.m = m, call.n = n, call.k = k;
  call.a = a, call.lda = lda;
  call.b = b, call.ldb = ldb;
  call.beta = beta;
  call.c = c, call.ldc = ldc;
  call.epilogue.bias = bias;
  kernels::gemm(call);
}

// Asks for a block of a step: it lies in short pieces far apart, which nothing that reads
// in sequence would bring. Always inline: GCC 12 takes a function that only prefetches for
// one without effect, and leaves its calls out. Doubles are there to check gradients.
template <class T>
inline __attribute__((always_inline)) void ask_for(const T* block, std::int64_t row,
                                                   std::int64_t rows,
                                                   std::int64_t columns) {
  if constexpr (sizeof(T) == 8) return;
  constexpr std::int64_t kLine = 64 / static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t r = 0; r < rows; ++r, block += row) {
    for (std::int64_t i = 0; i < columns; i += kLine) __builtin_prefetch(block + i);
  }
}

inline bool worth_threads(const RecurrentSizes& s) {
  return 2.0 * s.batch * s.hidden * s.hidden * s.gates() >= kernels::kParallelFlops;
}

}  // namespace cairn::detail
