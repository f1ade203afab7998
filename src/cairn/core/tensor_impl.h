#pragma once

#include <cairn/core/storage.h>
#include <cairn/core/tensor.h>

namespace cairn::detail {

/// What a Tensor handle points at: a view of a storage.
struct TensorImpl final : RefCounted {
  TensorImpl(Ref<Storage> storage, const Shape& shape, const Strides& strides,
             std::int64_t offset, DType dtype)
      : storage(std::move(storage)),
        shape(shape),
        strides(strides),
        offset(offset),
        numel(shape.numel()),
        dtype(dtype) {}

  Ref<Storage> storage;
  Shape shape;
  Strides strides;      // in elements
  std::int64_t offset;  // of the first element, in elements
  std::int64_t numel;
  DType dtype;
  /// The autograd room's record of this tensor (an AutogradMeta); null while no gradient
  /// is asked for.
  Ref<RefCounted> autograd;

  std::byte* data() const {
    return storage->data() + offset * static_cast<std::int64_t>(dtype_size(dtype));
  }
};

/// The implementation behind `t`. Throws ValueError naming `operation` when undefined.
CAIRN_API TensorImpl& checked(const Tensor& t, const char* operation);

/// A new tensor with a storage of its own. `strides` must be those of a dense tensor.
CAIRN_API Tensor make_tensor(const Shape& shape, const Strides& strides, DType dtype);

/// Another view of t's storage, unknown to the tape.
CAIRN_API Tensor make_view(const Tensor& t, const Shape& shape, const Strides& strides,
                           std::int64_t offset);

/// Strides fill memory without gaps or overlap, in some order of the dimensions.
CAIRN_API bool strides_are_dense(const Shape& shape, const Strides& strides);

/// out[i] = in[i] for tensors of one shape, any strides and dtypes.
CAIRN_API void copy_elements(const Tensor& out, const Tensor& in);

/// Throws DTypeError naming `operation` unless both have the same dtype.
CAIRN_API void require_same_dtype(const Tensor& a, const Tensor& b,
                                  const char* operation);

template <class T>
T* data_of(const Tensor& t) {
  return reinterpret_cast<T*>(t.impl()->data());
}

}  // namespace cairn::detail
