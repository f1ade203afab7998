// Changes in place. Each refuses a tensor on the tape and bumps the version that
// backward() compares.
#include <cairn/autograd/node.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>

namespace cairn {
namespace {

void begin_change(const Tensor& t, const char* operation) {
  detail::checked(t, operation);
  autograd::refuse_in_place(t, operation);
  t.impl()->storage->bump_version();
}

// t[i] = f(t[i], other[i]), where `other` broadcasts to t's shape.
template <class F>
void update(const Tensor& t, const Tensor& other, const char* operation, F f) {
  detail::require_same_dtype(t, other, operation);
  autograd::refuse_in_place(other, operation);
  begin_change(t, operation);
  const Tensor from = other.detach().expand(t.shape());
  detail::visit_dtype(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    detail::binary_loop<T, T>(t, t, from,
                              [f](T x, T y) { return static_cast<T>(f(x, y)); });
  });
}

}  // namespace

Tensor& Tensor::fill_(double value) {
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
  begin_change(*this, "copy_");
  detail::copy_elements(*this, source.detach().expand(shape()));
  return *this;
}

Tensor& Tensor::add_(const Tensor& other, double alpha) {
  detail::checked(other, "add_");
  const bool flat = detail::checked(*this, "add_").dtype == DType::f32 &&
                    other.dtype() == DType::f32 && shape() == other.shape() &&
                    strides() == other.strides() && is_dense();
  if (!flat) {
    update(*this, other, "add_", [alpha](auto x, auto y) {
      return static_cast<double>(x) + alpha * static_cast<double>(y);
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
  update(*this, other, "mul_", [](auto x, auto y) { return x * y; });
  return *this;
}

Tensor& Tensor::mul_(double factor) {
  update(*this, full({}, factor, detail::checked(*this, "mul_").dtype), "mul_",
         [](auto x, auto y) { return x * y; });
  return *this;
}

}  // namespace cairn
