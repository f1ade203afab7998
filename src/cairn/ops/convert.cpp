// Copies and conversions: clone, contiguous, to.
#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/ops/copy.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::should_record;

namespace {

Tensor copy_into(const Tensor& out, const Tensor& in, const char* name) {
  detail::copy_elements(out, in);
  if (should_record(in) && is_floating(out.dtype())) {
    record(name, out, {&in}, [dtype = in.dtype()](const Tensor& dy, Gradients& dx) {
      dx.add(0, dy.to(dtype));
    });
  }
  return out;
}

}  // namespace

Tensor Tensor::clone() const { return copy_into(empty_like(*this), *this, "clone"); }

Tensor Tensor::contiguous() const {
  if (is_contiguous()) return *this;
  return copy_into(empty(shape(), dtype()), *this, "contiguous");
}

Tensor Tensor::to(DType wanted) const {
  const auto& t = detail::checked(*this, "to()");
  if (t.dtype == wanted) return *this;
  const bool dense = is_dense();
  const Tensor out = detail::make_tensor(
      t.shape, dense ? t.strides : detail::contiguous_strides(t.shape), wanted);
  return copy_into(out, *this, "to");
}

}  // namespace cairn
