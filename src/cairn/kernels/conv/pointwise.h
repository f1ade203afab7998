// Filters of one tap.
#pragma once

#include <algorithm>

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

/// A filter of one tap that meets every pixel once knows no rows: pixels are taken in
/// rows of a length that tiles fill well.
inline ConvShape with_long_rows(const ConvShape& s) {
  if (!s.pointwise()) return s;
  constexpr std::int64_t kLong = 128;
  const std::int64_t rows = s.n * s.height;
  std::int64_t joined = std::max<std::int64_t>(1, std::min(rows, kLong / s.width));
  while (rows % joined != 0) --joined;
  ConvShape result = s;
  result.n = 1;
  result.height = result.oh = rows / joined;
  result.width = result.ow = s.width * joined;
  return result;
}

}  // namespace cairn::kernels
