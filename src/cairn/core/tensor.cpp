#include <cairn/core/tensor.h>

#include <cstring>
#include <new>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn {

using detail::checked;
using detail::concat;

namespace detail {

TensorImpl& checked(const Tensor& t, const char* operation) {
  if (t.defined()) return *t.impl();
  throw ValueError(concat(operation,
                          " was given an undefined tensor (default-constructed, or a "
                          "gradient that backward() has not filled yet)"));
}

[[noreturn]] static void refuse_memory(const Shape& shape, DType dtype) {
  const double gigabytes =
      static_cast<double>(shape.numel()) * static_cast<double>(dtype_size(dtype)) / 1e9;
  throw MemoryError(concat("a tensor of shape ", shape, " and dtype ", dtype, " takes ",
                           gigabytes,
                           " GB, which the system does not give; is one of the sizes "
                           "wrong? If not, take smaller batches"));
}

Tensor make_tensor(const Shape& shape, const Strides& strides, DType dtype) {
  for (const std::int64_t size : shape) {
    if (size < 0) {
      throw ShapeError(
          concat("empty: a tensor cannot have shape ", shape, "; sizes are 0 or more"));
    }
  }
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(static_cast<std::size_t>(shape.numel()), dtype_size(dtype),
                             &bytes)) {
    refuse_memory(shape, dtype);
  }
  try {
    return Tensor(make_ref<TensorImpl>(make_ref<Storage>(bytes), shape, strides,
                                       std::int64_t{0}, dtype));
  } catch (const std::bad_alloc&) {
    refuse_memory(shape, dtype);
  }
}

Tensor make_view(const Tensor& t, const Shape& shape, const Strides& strides,
                 std::int64_t offset) {
  const TensorImpl& from = *t.impl();
  return Tensor(make_ref<TensorImpl>(from.storage, shape, strides, offset, from.dtype));
}

bool strides_are_dense(const Shape& shape, const Strides& strides) {
  if (strides == contiguous_strides(shape)) return true;
  // Take dimensions from the smallest stride up; each must begin where the last ended.
  std::int64_t expected = 1;
  bool used[Shape::kMaxDims] = {};
  for (int taken = 0; taken < shape.dim(); ++taken) {
    int next = -1;
    for (int d = 0; d < shape.dim(); ++d) {
      if (used[d]) continue;
      if (shape[d] == 1 || strides[d] == expected) {
        next = d;
        break;
      }
    }
    if (next < 0) return false;
    used[next] = true;
    expected *= shape[next];
  }
  return true;
}

void require_same_dtype(const Tensor& a, const Tensor& b, const char* operation) {
  if (a.dtype() == b.dtype()) return;
  throw DTypeError(concat(operation, ": tensors of dtypes ", a.dtype(), " and ",
                          b.dtype(), " do not mix; convert one with .to(cairn::",
                          is_floating(b.dtype()) ? b.dtype() : a.dtype(), ")"));
}

}  // namespace detail

const Shape& Tensor::shape() const { return checked(*this, "shape()").shape; }
const Strides& Tensor::strides() const { return checked(*this, "strides()").strides; }
DType Tensor::dtype() const { return checked(*this, "dtype()").dtype; }
std::int64_t Tensor::numel() const { return checked(*this, "numel()").numel; }

std::int64_t Tensor::size(int d) const {
  return shape()[detail::wrap_dim(d, dim(), "size")];
}

bool Tensor::is_contiguous() const {
  const auto& t = checked(*this, "is_contiguous()");
  std::int64_t expected = 1;
  for (int d = t.shape.dim() - 1; d >= 0; --d) {
    if (t.shape[d] != 1 && t.strides[d] != expected) return false;
    expected *= t.shape[d];
  }
  return true;
}

bool Tensor::is_dense() const {
  const auto& t = checked(*this, "is_dense()");
  return detail::strides_are_dense(t.shape, t.strides);
}

std::int64_t Tensor::version() const {
  return checked(*this, "version()").storage->version();
}

Tensor Tensor::detach() const {
  const auto& t = checked(*this, "detach()");
  return detail::make_view(*this, t.shape, t.strides, t.offset);
}

void* Tensor::data_as(DType wanted) const {
  const auto& t = checked(*this, "data()");
  if (t.dtype != wanted) {
    throw DTypeError(concat("data: asked for ", wanted,
                            " elements of a tensor of dtype ", t.dtype,
                            "; convert with .to(cairn::", wanted, ")"));
  }
  return t.data();
}

double Tensor::item_as_double() const {
  if (checked(*this, "item").numel != 1) {
    throw ShapeError(concat("item: the tensor has shape ", shape(), " and ", numel(),
                            " elements; item() reads a tensor of exactly one"));
  }
  return detail::visit_dtype(dtype(), [&](auto zero) {
    return static_cast<double>(*detail::data_of<decltype(zero)>(*this));
  });
}

Tensor Tensor::from_memory(const void* values, std::size_t count, DType dtype,
                           const Shape& shape) {
  Tensor out = empty(shape, dtype);
  if (static_cast<std::int64_t>(count) != out.numel()) {
    throw ShapeError(concat("from_vector: ", count, " values do not fill shape ", shape,
                            ", which has ", out.numel(), " elements"));
  }
  if (count > 0) std::memcpy(out.impl()->data(), values, count * dtype_size(dtype));
  return out;
}

void Tensor::copy_to_memory(void* out, DType wanted) const {
  data_as(wanted);  // checks the dtype
  const Tensor packed = detach().contiguous();
  const std::size_t bytes = static_cast<std::size_t>(numel()) * dtype_size(wanted);
  if (bytes > 0) std::memcpy(out, packed.impl()->data(), bytes);
}

}  // namespace cairn
