// Activations that have no kernels of their own: one pass over memory each way, by the
// plain formula.
#include <algorithm>
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/logistic.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::logistic;

namespace {

// y = value(x), and dx = dy · slope(x).
template <class Value, class Slope>
Tensor pointwise(const char* name, const Tensor& input, Value value, Slope slope) {
  detail::checked(input, name);
  const Tensor x = detail::dense_input(input);
  const Tensor y = empty_like(x);
  detail::visit_floating(x.dtype(), name, [&](auto zero) {
    using T = decltype(zero);
    detail::unary_loop<T, T>(y, x, value);
  });
  if (should_record(input)) {
    record(name, y, {&input},
           [x = Saved(x), slope, name](const Tensor& dy, Gradients& dx) {
             const Tensor& at = x.get(name);
             Tensor out = empty_like(at);
             const Tensor from = detail::laid_out(dy, at.strides());
             detail::visit_floating(at.dtype(), name, [&](auto zero) {
               using T = decltype(zero);
               detail::binary_loop<T, T>(out, from, at,
                                         [slope](T g, T v) { return g * slope(v); });
             });
             dx.add(0, std::move(out));
           });
  }
  return y;
}

}  // namespace

// `v <= 0` and not `v > 0`: NaN stays NaN without a detour.
Tensor leaky_relu(const Tensor& x, double slope) {
  return pointwise(
      "leaky_relu", x,
      [slope](auto v) { return v <= 0 ? static_cast<decltype(v)>(slope) * v : v; },
      [slope](auto v) { return static_cast<decltype(v)>(v <= 0 ? slope : 1); });
}

Tensor elu(const Tensor& x, double alpha) {
  return pointwise(
      "elu", x,
      [alpha](auto v) {
        return v <= 0 ? static_cast<decltype(v)>(alpha) * std::expm1(v) : v;
      },
      [alpha](auto v) {
        return v <= 0 ? static_cast<decltype(v)>(alpha) * std::exp(v)
                      : static_cast<decltype(v)>(1);
      });
}

Tensor silu(const Tensor& x) {
  return pointwise(
      "silu", x, [](auto v) { return v * logistic(v); },
      [](auto v) {
        const auto s = logistic(v);
        return s * (1 + v * (1 - s));
      });
}

Tensor softplus(const Tensor& x) {
  return pointwise(
      "softplus", x,
      [](auto v) {
        const decltype(v) zero = 0;  // NaN > 0 is false, and log1p keeps it
        return (v > 0 ? v : zero) + std::log1p(std::exp(-std::abs(v)));
      },
      [](auto v) { return logistic(v); });
}

}  // namespace cairn
