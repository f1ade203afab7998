#include <cairn/ops/broadcast.h>

#include <cairn/core/tensor_impl.h>

namespace cairn::detail {

Tensor sum_to(Tensor gradient, const Shape& shape) {
  if (gradient.shape() == shape) return gradient;
  const int extra = gradient.dim() - shape.dim();
  Shape dims;
  for (int d = 0; d < gradient.dim(); ++d) {
    const bool repeated =
        d < extra || (shape[d - extra] == 1 && gradient.shape()[d] != 1);
    if (repeated) dims.push_back(d);
  }
  return gradient.sum(dims, /*keepdim=*/true).reshape(shape);
}

Tensor empty_for(const Shape& shape, const Tensor& a, const Tensor& b, DType dtype) {
  for (const Tensor* t : {&a, &b}) {
    if (t->shape() == shape && t->is_dense()) {
      return make_tensor(shape, t->strides(), dtype);
    }
  }
  return empty(shape, dtype);
}

}  // namespace cairn::detail
