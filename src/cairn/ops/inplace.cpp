// Changes in place. Each refuses a tensor on the tape and bumps the version that
// backward() compares.
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/elementwise.h>

namespace cairn {
namespace {

void begin_change(const Tensor& t, const char* operation) {
  detail::checked(t, operation);
  for (int d = 0; d < t.dim(); ++d) {
    if (t.strides()[d] != 0 || t.shape()[d] < 2) continue;
    throw ValueError(
        detail::concat(operation, ": a tensor of shape ", t.shape(),
                       " repeats its elements along dimension ", d,
                       " (expand), and each would be changed more than once; change a "
                       "clone() instead"));
  }
  autograd::refuse_in_place(t, operation);
  t.impl()->storage->bump_version();
}

void require_whole(DType dtype, double factor, const char* operation) {
  if (is_floating(dtype) || std::trunc(factor) == factor) return;
  throw ValueError(detail::concat(operation, ": a factor of ", factor,
                                  " for a tensor of dtype ", dtype,
                                  "; it must be a whole number, or the tensor "
                                  "converted with .to(cairn::f32)"));
}

// `source` as it was before `target` changes: a copy where they share elements, unless each
// element is read just where it is written.
Tensor unaliased(const Tensor& source, const Tensor& target) {
  const detail::TensorImpl& from = *source.impl();
  const detail::TensorImpl& to = *target.impl();
  const bool same_place =
      from.offset == to.offset && from.shape == to.shape && from.strides == to.strides;
  return from.storage.get() != to.storage.get() || same_place ? source.detach()
                                                              : source.detach().clone();
}

// t[i] = f(t[i], other[i]), where `other` broadcasts to t's shape.
template <class F>
void update(const Tensor& t, const Tensor& other, const char* operation, F f) {
  detail::require_same_dtype(t, other, operation);
  autograd::refuse_in_place(other, operation);
  const Tensor from = unaliased(other, t).expand(t.shape());  // before: it may throw
  begin_change(t, operation);
  detail::visit_dtype(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    detail::binary_loop<T, T>(t, t, from,
                              [f](T x, T y) { return static_cast<T>(f(x, y)); });
  });
}

}  // namespace

Tensor& Tensor::fill_(double value) {
  detail::require_fits(value, detail::checked(*this, "fill_").dtype, "fill_");
  begin_change(*this, "fill_");
  if (dtype() == DType::f32 && is_dense()) {
    kernels::kernels().math->fill(detail::data_of<float>(*this),
                                  static_cast<float>(value), numel());
    return *this;
  }
  const Tensor source = empty({}, dtype());
  detail::visit_dtype(dtype(), [&](auto zero) {
    *detail::data_of<decltype(zero)>(source) = static_cast<decltype(zero)>(value);
  });
  detail::copy_elements(*this, source.expand(shape()));
  return *this;
}

Tensor& Tensor::copy_(const Tensor& source) {
  detail::checked(source, "copy_");
  autograd::refuse_in_place(source, "copy_");
  const Tensor from = unaliased(source, *this).expand(shape());  // before: it may throw
  begin_change(*this, "copy_");
  detail::copy_elements(*this, from);
  return *this;
}

Tensor& Tensor::add_(const Tensor& other, double alpha) {
  detail::checked(other, "add_");
  const bool flat = detail::checked(*this, "add_").dtype == DType::f32 &&
                    other.dtype() == DType::f32 && shape() == other.shape() &&
                    strides() == other.strides() && is_dense();
  require_whole(dtype(), alpha, "add_");
  if (!flat) {
    update(*this, other, "add_", [alpha](auto x, auto y) {
      if constexpr (std::is_integral_v<decltype(x)>) {
        // As add(): among the integers, of which a double holds only some.
        const auto factor =
            static_cast<std::uint64_t>(static_cast<std::int64_t>(alpha));
        return detail::modular(x) + factor * detail::modular(y);
      } else {
        return static_cast<double>(x) + alpha * static_cast<double>(y);
      }
    });
    return *this;
  }
  autograd::refuse_in_place(other, "add_");
  begin_change(*this, "add_");
  float* const to = detail::data_of<float>(*this);
  const float* const from = detail::data_of<float>(other);
  parallel_for(numel(), detail::kElementGrain,
               [&](std::int64_t begin, std::int64_t end) {
                 kernels::kernels().math->axpy(to + begin, from + begin,
                                               static_cast<float>(alpha), end - begin);
               });
  return *this;
}

Tensor& Tensor::mul_(const Tensor& other) {
  detail::checked(other, "mul_");
  update(*this, other, "mul_",
         [](auto x, auto y) { return detail::modular(x) * detail::modular(y); });
  return *this;
}

Tensor& Tensor::mul_(double factor) {
  require_whole(detail::checked(*this, "mul_").dtype, factor, "mul_");
  update(*this, full({}, factor, dtype()), "mul_",
         [](auto x, auto y) { return x * y; });
  return *this;
}

}  // namespace cairn
