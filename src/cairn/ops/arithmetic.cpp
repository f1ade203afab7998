// Binary arithmetic with broadcasting, and its derivatives.
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/elementwise.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::sum_to;

namespace {

const kernels::MathKernels& math() { return *kernels::kernels().math; }

bool fast_add(float* out, const float* a, const float* b, std::int64_t step_a,
              std::int64_t step_b, std::int64_t n) {
  if (step_a == 1 && step_b == 1) math().add(out, a, b, n);
  else if (step_a == 1 && step_b == 0) math().add_scalar(out, a, *b, n);
  else if (step_a == 0 && step_b == 1) math().add_scalar(out, b, *a, n);
  else return false;
  return true;
}

bool fast_sub(float* out, const float* a, const float* b, std::int64_t step_a,
              std::int64_t step_b, std::int64_t n) {
  if (step_a == 1 && step_b == 1) math().sub(out, a, b, n);
  else if (step_a == 1 && step_b == 0) math().add_scalar(out, a, -*b, n);
  else return false;
  return true;
}

bool fast_mul(float* out, const float* a, const float* b, std::int64_t step_a,
              std::int64_t step_b, std::int64_t n) {
  if (step_a == 1 && step_b == 1) math().mul(out, a, b, n);
  else if (step_a == 1 && step_b == 0) math().mul_scalar(out, a, *b, n);
  else if (step_a == 0 && step_b == 1) math().mul_scalar(out, b, *a, n);
  else return false;
  return true;
}

bool fast_div(float* out, const float* a, const float* b, std::int64_t step_a,
              std::int64_t step_b, std::int64_t n) {
  if (step_a == 1 && step_b == 1) math().div(out, a, b, n);
  else if (step_a == 1 && step_b == 0) math().div_scalar(out, a, *b, n);
  else if (step_a == 0 && step_b == 1) math().rdiv_scalar(out, b, *a, n);
  else return false;
  return true;
}

// For kernels that want both operands dense.
template <kernels::MathKernels::Binary kernels::MathKernels::*Kernel>
bool fast_dense(float* out, const float* a, const float* b, std::int64_t step_a,
                std::int64_t step_b, std::int64_t n) {
  if (step_a != 1 || step_b != 1) return false;
  (math().*Kernel)(out, a, b, n);
  return true;
}

void require_same_dtype(const char* name, const Tensor& a, const Tensor& b) {
  detail::checked(a, name);
  detail::checked(b, name);
  detail::require_same_dtype(a, b, name);
}

// Room for the result of two operands that broadcast.
Tensor empty_result(const char* name, const Tensor& a, const Tensor& b, DType dtype) {
  const Shape shape = detail::broadcast_shapes(a.shape(), b.shape(), name);
  return detail::empty_for(shape, a, b, dtype);
}

// The value of a binary operation, without history. `f` takes two numbers of one type.
template <class F>
Tensor compute(const char* name, const Tensor& a, const Tensor& b, F f,
               detail::FastRun fast = nullptr) {
  require_same_dtype(name, a, b);
  Tensor out = empty_result(name, a, b, a.dtype());
  detail::visit_dtype(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto of_type = [f](T x, T y) { return static_cast<T>(f(x, y)); };
    detail::binary_loop<T, T>(out, a, b, of_type, fast);
  });
  return out;
}

template <class F>
Tensor compare(const char* name, const Tensor& a, const Tensor& b, F f) {
  require_same_dtype(name, a, b);
  Tensor out = empty_result(name, a, b, DType::u8);
  detail::visit_dtype(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    detail::binary_loop<std::uint8_t, T>(
        out, a, b, [f](T x, T y) { return static_cast<std::uint8_t>(f(x, y)); });
  });
  return out;
}

// 1 where a wins, 0 where b does, 1/2 where they are equal: who gets the gradient of
// maximum(a, b); with the operands exchanged, of minimum.
Tensor share_of_winner(const Tensor& a, const Tensor& b) {
  return compute("maximum", a, b, [](auto x, auto y) {
    return x > y ? 1.0 : x == y ? 0.5 : 0.0;
  });
}

template <class F>
Tensor extremum(const char* name, const Tensor& a, const Tensor& b, bool largest, F f,
                detail::FastRun fast) {
  const Tensor y = compute(name, a, b, f, fast);
  if (should_record(a, b)) {
    record(name, y, {&a, &b},
           [a = Saved(a), b = Saved(b), largest](const Tensor& dy, Gradients& dx) {
             const Tensor& x0 = a.get(dx.operation());
             const Tensor& x1 = b.get(dx.operation());
             const Tensor share =
                 largest ? share_of_winner(x0, x1) : share_of_winner(x1, x0);
             if (dx.wants(0)) dx.add(0, sum_to(dy * share, x0.shape()));
             if (dx.wants(1)) dx.add(1, sum_to(dy * (1 - share), x1.shape()));
           });
  }
  return y;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  const Tensor y = compute(
      "add", a, b,
      [](auto x, auto y) { return detail::modular(x) + detail::modular(y); }, fast_add);
  if (should_record(a, b)) {
    record("add", y, {&a, &b},
           [sa = a.shape(), sb = b.shape()](const Tensor& dy, Gradients& dx) {
             if (dx.wants(0)) dx.add(0, sum_to(dy, sa));
             if (dx.wants(1)) dx.add(1, sum_to(dy, sb));
           });
  }
  return y;
}

Tensor sub(const Tensor& a, const Tensor& b) {
  const Tensor y = compute(
      "sub", a, b,
      [](auto x, auto y) { return detail::modular(x) - detail::modular(y); }, fast_sub);
  if (should_record(a, b)) {
    record("sub", y, {&a, &b},
           [sa = a.shape(), sb = b.shape()](const Tensor& dy, Gradients& dx) {
             if (dx.wants(0)) dx.add(0, sum_to(dy, sa));
             if (dx.wants(1)) dx.add(1, sum_to(-dy, sb));
           });
  }
  return y;
}

Tensor mul(const Tensor& a, const Tensor& b) {
  const Tensor y = compute(
      "mul", a, b,
      [](auto x, auto y) { return detail::modular(x) * detail::modular(y); }, fast_mul);
  if (should_record(a, b)) {
    record("mul", y, {&a, &b},
           [a = Saved(a, b), b = Saved(b, a), sa = a.shape(), sb = b.shape()](
               const Tensor& dy, Gradients& dx) {
             if (dx.wants(0)) dx.add(0, sum_to(dy * b.get("mul"), sa));
             if (dx.wants(1)) dx.add(1, sum_to(dy * a.get("mul"), sb));
           });
  }
  return y;
}

Tensor div(const Tensor& a, const Tensor& b) {
  const auto quotient = [](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_integral_v<T>) {
      if (y == 0) {
        throw ValueError(
            "div: an integer was divided by zero; convert with .to(cairn::f64) for a "
            "quotient that may be infinite");
      }
      // The lowest number has no counterpart: it wraps, where the processor would trap.
      if (std::is_signed_v<T> && y == static_cast<T>(-1)) {
        return static_cast<T>(detail::modular(T(0)) - detail::modular(x));
      }
    }
    return static_cast<T>(x / y);
  };
  const Tensor y = compute("div", a, b, quotient, fast_div);
  if (should_record(a, b)) {
    record("div", y, {&a, &b},
           [a = Saved(a), b = Saved(b)](const Tensor& dy, Gradients& dx) {
             const Tensor& x0 = a.get("div");
             const Tensor& x1 = b.get("div");
             Tensor da = dy / x1;  // d(a/b)/da = 1/b,  d(a/b)/db = -a/b²
             if (dx.wants(1)) dx.add(1, sum_to(-(da * x0 / x1), x1.shape()));
             if (dx.wants(0)) dx.add(0, sum_to(std::move(da), x0.shape()));
           });
  }
  return y;
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  const auto larger = [](auto x, auto y) { return x > y || x != x ? x : y; };
  return extremum("maximum", a, b, true, larger,
                  fast_dense<&kernels::MathKernels::max>);
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  const auto smaller = [](auto x, auto y) { return x < y || x != x ? x : y; };
  return extremum("minimum", a, b, false, smaller,
                  fast_dense<&kernels::MathKernels::min>);
}

Tensor eq(const Tensor& a, const Tensor& b) {
  return compare("eq", a, b, [](auto x, auto y) { return x == y; });
}
Tensor ne(const Tensor& a, const Tensor& b) {
  return compare("ne", a, b, [](auto x, auto y) { return x != y; });
}
Tensor lt(const Tensor& a, const Tensor& b) {
  return compare("lt", a, b, [](auto x, auto y) { return x < y; });
}
Tensor le(const Tensor& a, const Tensor& b) {
  return compare("le", a, b, [](auto x, auto y) { return x <= y; });
}
Tensor gt(const Tensor& a, const Tensor& b) {
  return compare("gt", a, b, [](auto x, auto y) { return x > y; });
}
Tensor ge(const Tensor& a, const Tensor& b) {
  return compare("ge", a, b, [](auto x, auto y) { return x >= y; });
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  detail::checked(condition, "where");
  require_same_dtype("where", a, b);
  if (condition.dtype() != DType::u8) {
    throw DTypeError(detail::concat("where: the condition has dtype ",
                                    condition.dtype(),
                                    "; comparisons such as gt() give the u8 it needs"));
  }
  const Shape shape = detail::broadcast_shapes(
      condition.shape(), detail::broadcast_shapes(a.shape(), b.shape(), "where"),
      "where");
  const Tensor y = detail::empty_for(shape, a, b, a.dtype());
  const Tensor mask = detail::laid_out(condition.expand(shape), y.strides());
  const Tensor from_a = detail::laid_out(a.detach().expand(shape), y.strides());
  const Tensor from_b = detail::laid_out(b.detach().expand(shape), y.strides());
  detail::visit_dtype(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* const take = detail::data_of<std::uint8_t>(mask);
    const T* const x0 = detail::data_of<T>(from_a);
    const T* const x1 = detail::data_of<T>(from_b);
    T* const to = detail::data_of<T>(y);
    for (std::int64_t i = 0; i < y.numel(); ++i) to[i] = take[i] != 0 ? x0[i] : x1[i];
  });
  if (should_record(a, b)) {
    record("where", y, {&a, &b},
           [mask = Saved(mask), sa = a.shape(), sb = b.shape()](const Tensor& dy,
                                                                Gradients& dx) {
             // Chosen, not multiplied by the mask: 0 · ∞ would be NaN.
             const Tensor& take = mask.get("where");
             const Tensor nothing = zeros_like(dy);
             if (dx.wants(0)) dx.add(0, sum_to(where(take, dy, nothing), sa));
             if (dx.wants(1)) dx.add(1, sum_to(where(take, nothing, dy), sb));
           });
  }
  return y;
}

}  // namespace cairn
