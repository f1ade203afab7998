// GELU. Its slope comes almost free with its value, so the forward pass keeps the slope
// in place of x, and backward multiplies by it.
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/gelu_curve.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;

namespace {

struct Curve {
  double value, slope;
};

Curve exact(double x) {
  const double below = std::erfc(-x * 0x1.6a09e667f3bcdp-1) / 2;       // x / √2
  const double density = std::exp(-x * x / 2) * 0x1.9884533d43651p-2;  // / √(2π)
  return {x * below, below + x * density};
}

Curve by_tanh(double x) {
  constexpr double kFactor = 0x1.9884533d43651p-1, kCubic = 0.044715;  // √(2/π)
  const double t = std::tanh(kFactor * (x + kCubic * x * x * x));
  const double inner = kFactor * (1 + 3 * kCubic * x * x);
  return {x * (1 + t) / 2, (1 + t) / 2 + x * (1 - t * t) * inner / 2};
}

void curve(double* y, double* slope, const double* x, std::int64_t n, GeluForm form) {
  for (std::int64_t i = 0; i < n; ++i) {
    const Curve c = form == GeluForm::exact ? exact(x[i]) : by_tanh(x[i]);
    y[i] = c.value;
    if (slope != nullptr) slope[i] = c.slope;
  }
}

void curve(float* y, float* slope, const float* x, std::int64_t n, GeluForm form) {
  const kernels::MathKernels& math = *kernels::kernels().math;
  (form == GeluForm::exact ? math.gelu : math.gelu_tanh)(y, slope, x, n);
}

}  // namespace

void detail::gelu_curve(const Tensor& y, const Tensor& slope, const Tensor& x,
                        GeluForm form) {
  visit_floating(x.dtype(), "gelu", [&](auto zero) {
    using T = decltype(zero);
    T* const to = data_of<T>(y);
    T* const to_slope = slope.defined() ? data_of<T>(slope) : nullptr;
    const T* const from = data_of<T>(x);
    parallel_for(x.numel(), kElementGrain / 4,
                 [&](std::int64_t begin, std::int64_t end) {
                   curve(to + begin, to_slope == nullptr ? nullptr : to_slope + begin,
                         from + begin, end - begin, form);
                 });
  });
}

Tensor gelu(const Tensor& input, GeluForm form) {
  detail::require_floating(detail::checked(input, "gelu").dtype, "gelu");
  const Tensor x = detail::dense_input(input);
  const bool recorded = should_record(input);
  const Tensor y = empty_like(x), slope = recorded ? empty_like(x) : Tensor();
  detail::gelu_curve(y, slope, x, form);
  if (recorded) {
    record("gelu", y, {&input},
           [slope = Saved(slope)](const Tensor& dy, Gradients& dx) {
             dx.add(0, dy * slope.get(dx.operation()));
           });
  }
  return y;
}

}  // namespace cairn
