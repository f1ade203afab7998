#pragma once

#include <utility>

#include <cairn/core/dtype.h>
#include <cairn/core/shape.h>
#include <cairn/core/storage.h>

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
  /// The autograd room's record of this tensor (an AutogradMeta); null while no
  /// gradient is asked for.
  Ref<RefCounted> autograd;

  std::byte* data() const {
    return storage->data() + offset * static_cast<std::int64_t>(dtype_size(dtype));
  }
};

}  // namespace cairn::detail
