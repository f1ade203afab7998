// Functions of one tensor, element by element, and their derivatives.
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/logistic.h>
#include <cairn/ops/relu_gradient.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using kernels::MathKernels;

namespace {

const MathKernels& math() { return *kernels::kernels().math; }

// Runs an f32 kernel over a dense tensor, cut into parts for threads.
template <class Run>
void run_f32(const Tensor& out, const Tensor& x, Run run) {
  float* const to = detail::data_of<float>(out);
  const float* const from = detail::data_of<float>(x);
  parallel_for(x.numel(), detail::kElementGrain,
               [&](std::int64_t begin, std::int64_t end) {
                 run(to + begin, from + begin, end - begin);
               });
}

// The value of a function of real numbers, without history: the kernel for f32, the plain
// formula for f64.
template <class F>
Tensor compute(const char* name, const Tensor& input, MathKernels::Unary kernel, F f) {
  detail::checked(input, name);
  detail::require_floating(input.dtype(), name);
  const Tensor x = detail::dense_input(input);
  Tensor out = empty_like(x);
  if (x.dtype() == DType::f32) {
    run_f32(out, x, kernel);
  } else {
    detail::unary_loop<double, double>(out, x, f);
  }
  return out;
}

// dx = f(dy, y) for derivatives that are written by the output: kernel and plain formula.
template <class F>
Tensor derivative(const Tensor& dy, const Tensor& y, MathKernels::Binary kernel, F f) {
  Tensor dx = empty_like(y);
  const Tensor from = detail::laid_out(dy, y.strides());
  if (y.dtype() == DType::f64) {
    detail::binary_loop<double, double>(dx, from, y, f);
    return dx;
  }
  float* const to = detail::data_of<float>(dx);
  const float* const g = detail::data_of<float>(from);
  const float* const v = detail::data_of<float>(y);
  parallel_for(y.numel(), detail::kElementGrain,
               [&](std::int64_t begin, std::int64_t end) {
                 kernel(to + begin, g + begin, v + begin, end - begin);
               });
  return dx;
}

// A function whose derivative needs its input: dx = dy · slope(x).
template <class Slope>
Tensor with_slope_of_input(const char* name, const Tensor& x, const Tensor& y,
                           Slope slope) {
  if (should_record(x)) {
    record(name, y, {&x}, [x = Saved(x), slope](const Tensor& dy, Gradients& dx) {
      dx.add(0, dy * slope(x.get(dx.operation())));
    });
  }
  return y;
}

// A function whose derivative is cheapest from its output: dx = backward(dy, y).
template <class Backward>
Tensor with_slope_of_output(const char* name, const Tensor& x, const Tensor& y,
                            Backward backward) {
  if (should_record(x)) {
    record(name, y, {&x}, [y = Saved(y), backward](const Tensor& dy, Gradients& dx) {
      dx.add(0, backward(dy, y.get(dx.operation())));
    });
  }
  return y;
}

bool is_whole(double v) { return std::trunc(v) == v && std::abs(v) < 0x1p63; }

// A quotient of integers by 0.5 would be one by 0.
void require_whole(DType dtype, double c, const char* operation) {
  if (is_floating(dtype) || std::trunc(c) == c) return;
  throw ValueError(detail::concat(operation, ": ", c, " and a tensor of dtype ", dtype,
                                  ", whose quotients are whole numbers; convert it "
                                  "with .to(cairn::f32)"));
}

// scale·x + shift of integers. Whole factors stay among the integers: a double holds only
// 53 of 64 bits.
template <class T>
void affine_integers(const Tensor& y, const Tensor& x, double scale, double shift) {
  if (is_whole(scale) && is_whole(shift)) {
    const auto a = static_cast<std::uint64_t>(static_cast<std::int64_t>(scale));
    const auto b = static_cast<std::uint64_t>(static_cast<std::int64_t>(shift));
    detail::unary_loop<T, T>(
        y, x, [a, b](T v) { return static_cast<T>(a * detail::modular(v) + b); });
    return;
  }
  detail::unary_loop<T, T>(y, x, [scale, shift](T v) {
    return detail::saturated<T>(scale * static_cast<double>(v) + shift);
  });
}

}  // namespace

Tensor affine(const Tensor& input, double scale, double shift) {
  detail::checked(input, "affine");
  const Tensor x = detail::dense_input(input);
  Tensor y = empty_like(x);
  if (x.dtype() == DType::f32) {
    const auto a = static_cast<float>(scale);
    const auto b = static_cast<float>(shift);
    run_f32(y, x, [a, b](float* to, const float* from, std::int64_t n) {
      if (b == 0) math().mul_scalar(to, from, a, n);
      else if (a == 1) math().add_scalar(to, from, b, n);
      else math().affine(to, from, a, b, n);
    });
  } else {
    detail::visit_dtype(x.dtype(), [&](auto zero) {
      using T = decltype(zero);
      if constexpr (std::is_integral_v<T>) {
        affine_integers<T>(y, x, scale, shift);
      } else {
        detail::unary_loop<T, T>(y, x, [scale, shift](T v) {
          return static_cast<T>(scale * static_cast<double>(v) + shift);
        });
      }
    });
  }
  if (should_record(input)) {
    record("affine", y, {&input},
           [scale](const Tensor& dy, Gradients& dx) { dx.add(0, dy * scale); });
  }
  return y;
}

// Not x · (1/c), which rounds twice: 49 / 49 would not be 1.
Tensor operator/(const Tensor& x, double c) {
  const DType dtype = detail::checked(x, "div").dtype;
  require_whole(dtype, c, "div");
  const Tensor y = div(x.detach(), full({}, c, dtype));
  if (should_record(x)) {
    record("div", y, {&x}, [c](const Tensor& dy, Gradients& dx) { dx.add(0, dy / c); });
  }
  return y;
}

Tensor operator/(double c, const Tensor& x) {
  require_whole(detail::checked(x, "div").dtype, c, "div");
  return div(full({}, c, x.dtype()), x);
}

Tensor exp(const Tensor& x) {
  const Tensor y = compute("exp", x, math().exp, [](double v) { return std::exp(v); });
  return with_slope_of_output("exp", x, y,
                              [](const Tensor& dy, const Tensor& v) { return dy * v; });
}

Tensor log(const Tensor& x) {
  const Tensor y = compute("log", x, math().log, [](double v) { return std::log(v); });
  return with_slope_of_input("log", x, y, [](const Tensor& v) { return 1 / v; });
}

Tensor sqrt(const Tensor& x) {
  const Tensor y =
      compute("sqrt", x, math().sqrt, [](double v) { return std::sqrt(v); });
  return with_slope_of_output(
      "sqrt", x, y, [](const Tensor& dy, const Tensor& v) { return dy / (v * 2); });
}

Tensor square(const Tensor& x) {
  const Tensor y = compute("square", x, math().square, [](double v) { return v * v; });
  return with_slope_of_input("square", x, y, [](const Tensor& v) { return v * 2; });
}

Tensor abs(const Tensor& x) {
  const Tensor y = compute("abs", x, math().abs, [](double v) { return std::abs(v); });
  return with_slope_of_input("abs", x, y, [](const Tensor& v) {
    const Tensor zero = full({}, 0, v.dtype());
    return gt(v, zero).to(v.dtype()) - lt(v, zero).to(v.dtype());
  });
}

Tensor pow(const Tensor& input, double exponent) {
  detail::checked(input, "pow");
  const Tensor x = detail::dense_input(input);
  Tensor y = empty_like(x);
  detail::visit_floating(x.dtype(), "pow", [&](auto zero) {
    using T = decltype(zero);
    detail::unary_loop<T, T>(y, x, [exponent](T v) {
      return static_cast<T>(std::pow(static_cast<double>(v), exponent));
    });
  });
  return with_slope_of_input("pow", input, y, [exponent](const Tensor& v) {
    return exponent == 0 ? zeros_like(v) : pow(v, exponent - 1) * exponent;
  });
}

Tensor clamp(const Tensor& input, double low, double high) {
  detail::checked(input, "clamp");
  if (!(low <= high)) {
    throw ValueError(detail::concat("clamp: the lower end ", low,
                                    " lies above the upper end ", high,
                                    "; exchange them"));
  }
  const Tensor x = detail::dense_input(input);
  Tensor y = empty_like(x);
  detail::visit_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T a = detail::saturated<T>(low), b = detail::saturated<T>(high);
    detail::unary_loop<T, T>(y, x, [a, b](T v) { return v < a ? a : v > b ? b : v; });
  });
  return with_slope_of_input("clamp", input, y, [low, high](const Tensor& v) {
    return ge(v, full({}, low, v.dtype())).to(v.dtype()) *
           le(v, full({}, high, v.dtype())).to(v.dtype());
  });
}

Tensor detail::relu_gradient(const Tensor& dy, const Tensor& y) {
  return derivative(dy, y, math().relu_backward,
                    [](double g, double out) { return out > 0 ? g : 0; });
}

Tensor relu(const Tensor& x) {
  // `v < 0 ? 0 : v` and not max: NaN stays NaN.
  const Tensor y =
      compute("relu", x, math().relu, [](double v) { return v < 0 ? 0 : v; });
  return with_slope_of_output("relu", x, y, detail::relu_gradient);
}

Tensor sigmoid(const Tensor& x) {
  const Tensor y = compute("sigmoid", x, math().sigmoid, detail::logistic<double>);
  return with_slope_of_output("sigmoid", x, y, [](const Tensor& dy, const Tensor& v) {
    return derivative(dy, v, math().sigmoid_backward,
                      [](double g, double out) { return g * out * (1 - out); });
  });
}

Tensor tanh(const Tensor& x) {
  const Tensor y =
      compute("tanh", x, math().tanh, [](double v) { return std::tanh(v); });
  return with_slope_of_output("tanh", x, y, [](const Tensor& dy, const Tensor& v) {
    return derivative(dy, v, math().tanh_backward,
                      [](double g, double out) { return g * (1 - out * out); });
  });
}

}  // namespace cairn
