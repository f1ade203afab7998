#pragma once

#include <cairn/core/parallel.h>
#include <cairn/core/strided.h>
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

/// out[i] = f(a[i], b[i]) with broadcasting. Out is of type Out, a and b of type T.
template <class Out, class T, class F>
void binary_loop(const Tensor& out, const Tensor& a, const Tensor& b, F f,
                 FastRun fast = nullptr) {
  const Shape& shape = out.shape();
  const StridedLoop<3> loop(
      shape, {out.strides(), broadcast_strides(a.shape(), a.strides(), shape),
              broadcast_strides(b.shape(), b.strides(), shape)});
  Out* const to = data_of<Out>(out);
  const T* const from_a = data_of<T>(a);
  const T* const from_b = data_of<T>(b);
  parallel_for(loop.numel(), kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t n) {
      Out* o = to + at[0];
      const T* x = from_a + at[1];
      const T* y = from_b + at[2];
      if constexpr (std::is_same_v<T, float> && std::is_same_v<Out, float>) {
        if (fast != nullptr && step[0] == 1 && fast(o, x, y, step[1], step[2], n))
          return;
      }
      if (step[0] == 1 && step[1] == 1 &&
          step[2] == 1) {  // the compiler vectorises this
        for (std::int64_t i = 0; i < n; ++i) o[i] = f(x[i], y[i]);
        return;
      }
      for (std::int64_t i = 0; i < n; ++i) {
        o[i * step[0]] = f(x[i * step[1]], y[i * step[2]]);
      }
    });
  });
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
