// Copies of a few numbers.
#pragma once

#include <cstdint>
#include <cstring>

namespace cairn::kernels {

/// In pieces whose copy is two or four moves, not a call.
template <class T>
void short_copy(const T* from, std::int64_t n, T* to) {
  constexpr std::int64_t kPiece = 8;
  std::int64_t i = 0;
  for (; i + kPiece <= n; i += kPiece)
    std::memcpy(to + i, from + i, kPiece * sizeof(T));
  for (; i < n; ++i) to[i] = from[i];
}

}  // namespace cairn::kernels
