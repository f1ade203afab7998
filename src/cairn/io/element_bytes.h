#pragma once

#include <string_view>

#include <cairn/core/tensor_impl.h>

namespace cairn::io {

/// The elements of a contiguous tensor as bytes (internal).
inline std::string_view element_bytes(const Tensor& contiguous) {
  return {
      reinterpret_cast<const char*>(contiguous.impl()->data()),
      static_cast<std::size_t>(contiguous.numel()) * dtype_size(contiguous.dtype())};
}

}  // namespace cairn::io
