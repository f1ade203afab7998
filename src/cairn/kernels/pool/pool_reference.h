// Pooling in plain loops: what the kernels are compared with.
#pragma once

#include <cstdint>

#include <cairn/kernels/pool/pool_kernels.h>

namespace cairn::kernels::reference {

/// Calls f(offset of the tap's pixel, number of the tap, offset of the result) for
/// every tap of every window of a row, channel by channel.
template <class F>
void each_pool_tap(const PoolRow& row, F f) {
  for (std::int64_t j = 0; j < row.positions; ++j) {
    const PoolSpan& columns = row.columns[j];
    for (std::int64_t c = 0; c < row.channels; ++c) {
      for (std::int64_t p = row.rows.first; p < row.rows.last; ++p) {
        for (std::int64_t q = columns.first; q < columns.last; ++q) {
          const std::int64_t down =
              row.rows.pixel + (p - row.rows.first) * row.dilation[0];
          const std::int64_t right =
              columns.pixel + (q - columns.first) * row.dilation[1];
          f((down * row.width + right) * row.channels + c, p * row.kernel_width + q,
            j * row.channels + c);
        }
      }
    }
  }
}

/// The first tap of each window begins, a larger one or the first NaN takes over.
inline void max_row(float* y, std::uint8_t* index, const float* x, const PoolRow& row) {
  std::int64_t last = -1;
  each_pool_tap(row, [&](std::int64_t pixel, std::int64_t tap, std::int64_t at) {
    const float value = x[pixel];
    if (at != last || (!(value <= y[at]) && y[at] == y[at])) {
      y[at] = value, index[at] = static_cast<std::uint8_t>(tap);
    }
    last = at;
  });
}

inline void mean_row(float* y, const float* x, float share, const PoolRow& row) {
  for (std::int64_t i = 0; i < row.positions * row.channels; ++i) y[i] = 0;
  each_pool_tap(row, [&](std::int64_t pixel, std::int64_t, std::int64_t at) {
    y[at] += x[pixel];
  });
  for (std::int64_t i = 0; i < row.positions * row.channels; ++i) y[i] *= share;
}

/// Adds to dx.
inline void max_row_backward(float* dx, const float* dy, const std::uint8_t* index,
                             const PoolRow& row) {
  each_pool_tap(row, [&](std::int64_t pixel, std::int64_t tap, std::int64_t at) {
    if (tap == index[at]) dx[pixel] += dy[at];
  });
}

/// Adds to dx.
inline void mean_row_backward(float* dx, const float* dy, float share,
                              const PoolRow& row) {
  each_pool_tap(row, [&](std::int64_t pixel, std::int64_t, std::int64_t at) {
    dx[pixel] += dy[at] * share;
  });
}

}  // namespace cairn::kernels::reference
