#pragma once

#include <cairn/core/tensor.h>

namespace cairn::detail {

/// The implementation behind `t`. Throws ValueError naming `operation` when undefined.
CAIRN_API TensorImpl& checked(const Tensor& t, const char* operation);

/// A new tensor with a storage of its own. `strides` must be those of a dense tensor.
CAIRN_API Tensor make_tensor(const Shape& shape, const Strides& strides, DType dtype);

/// Another view of t's storage, unknown to the tape.
CAIRN_API Tensor make_view(const Tensor& t, const Shape& shape, const Strides& strides,
                           std::int64_t offset);

/// Strides fill memory without gaps or overlap, in some order of the dimensions.
CAIRN_API bool strides_are_dense(const Shape& shape, const Strides& strides);

/// Throws DTypeError naming `operation` unless both have the same dtype.
CAIRN_API void require_same_dtype(const Tensor& a, const Tensor& b,
                                  const char* operation);

template <class T>
T* data_of(const Tensor& t) {
  return reinterpret_cast<T*>(t.impl()->data());
}

}  // namespace cairn::detail
