#pragma once

#include <type_traits>

#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/ops/broadcast.h>

namespace cairn::detail {

/// A kernel for runs whose operands lie evenly: returns false where it has none for these
/// steps, and the plain loop does the work.
using FastRun = bool (*)(float* out, const float* a, const float* b,
                         std::int64_t step_a, std::int64_t step_b, std::int64_t n);

/// x as integers are computed with: modulo 2⁶⁴, so that they wrap as NumPy's do, where
/// signed ones would be undefined. Real numbers stay what they are.
template <class T>
auto modular(T x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<std::uint64_t>(x);
  } else {
    return x;
  }
}

/// A run of three operands that lie evenly: `step` has their steps, out's first.
using BinaryRun = void (*)(const void* context, void* out, const void* a, const void* b,
                           const std::int64_t* step, std::int64_t n);

/// Walks out, a and b, broadcast to out's shape, on all threads. The walk is compiled
/// once: what differs for each function and type is a run.
void walk_binary(const Tensor& out, const Tensor& a, const Tensor& b, BinaryRun run,
                 const void* context);

template <class Out, class T, class F>
struct BinaryFunction {
  F f;
  FastRun fast;

  static void run(const void* context, void* out, const void* a, const void* b,
                  const std::int64_t* step, std::int64_t n) {
    const auto& self = *static_cast<const BinaryFunction*>(context);
    const F f = self.f;
    Out* const o = static_cast<Out*>(out);
    const T* const x = static_cast<const T*>(a);
    const T* const y = static_cast<const T*>(b);
    if constexpr (std::is_same_v<T, float> && std::is_same_v<Out, float>) {
      const bool may = self.fast != nullptr && step[0] == 1;
      if (may && self.fast(o, x, y, step[1], step[2], n)) return;
    }
    if (step[0] == 1 && step[1] == 1 && step[2] == 1) {  // the compiler vectorises this
      for (std::int64_t i = 0; i < n; ++i) o[i] = f(x[i], y[i]);
      return;
    }
    const std::int64_t to = step[0], from_a = step[1], from_b = step[2];
    for (std::int64_t i = 0; i < n; ++i) o[i * to] = f(x[i * from_a], y[i * from_b]);
  }
};

/// out[i] = f(a[i], b[i]) with broadcasting. Out is of type Out, a and b of type T.
template <class Out, class T, class F>
void binary_loop(const Tensor& out, const Tensor& a, const Tensor& b, F f,
                 FastRun fast = nullptr) {
  const BinaryFunction<Out, T, F> function{f, fast};
  walk_binary(out, a, b, BinaryFunction<Out, T, F>::run, &function);
}

/// out[i] = f(x[i]) for a tensor laid out as `out` is (see dense_input).
template <class Out, class T, class F>
void unary_loop(const Tensor& out, const Tensor& x, F f) {
  Out* const to = data_of<Out>(out);
  const T* const from = data_of<T>(x);
  parallel_for(x.numel(), kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) to[i] = f(from[i]);
  });
}

/// x itself if its elements lie without gaps, in any order, else a contiguous copy: then
/// empty_like(x) has the same layout and both can be walked as one run.
inline Tensor dense_input(const Tensor& x) {
  return x.is_dense() ? x.detach() : x.detach().contiguous();
}

}  // namespace cairn::detail
