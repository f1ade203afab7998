#pragma once

#include <algorithm>
#include <cstdint>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/pool/pool_kernels.h>
#include <cairn/ops/conv_shape.h>

/// Pooling in plain loops, for every dtype, window and order in memory: what the
/// kernels are compared with, and what runs where they have nothing to offer.
namespace cairn::detail {

using kernels::PoolSpan;

// The spans of all positions along an axis, computed once for all planes.
class Spans {
 public:
  Spans(const ConvShape& s, int axis)
      : scratch_(static_cast<std::size_t>(positions(s, axis)) * sizeof(PoolSpan)) {
    const std::int64_t stride = s.window.stride[axis], step = s.window.dilation[axis];
    const std::int64_t extent = axis == 0 ? s.height : s.width;
    const std::int64_t taps = axis == 0 ? s.kh : s.kw;
    for (std::int64_t i = 0; i < positions(s, axis); ++i) {
      const std::int64_t start = i * stride - s.window.padding[axis];
      const std::int64_t first = start >= 0 ? 0 : (-start + step - 1) / step;
      const std::int64_t last = std::min(taps, (extent - start + step - 1) / step);
      scratch_.as<PoolSpan>()[i] = {first, last, start + first * step};
    }
  }
  const PoolSpan& operator[](std::int64_t i) const {
    return scratch_.as<PoolSpan>()[i];
  }

 private:
  static std::int64_t positions(const ConvShape& s, int axis) {
    return axis == 0 ? s.oh : s.ow;
  }
  ScratchBuffer scratch_;
};

// One window: its spans, where its first tap lies in the tensor on the larger side, how
// far apart taps are there, and where its result lies on the other side.
struct View {
  PoolSpan rows, columns;
  std::int64_t corner, down, right;
  std::int64_t at;

  std::int64_t tap(std::int64_t p, std::int64_t q) const {
    return corner + (p - rows.first) * down + (q - columns.first) * right;
  }
};

// Calls f(view) for every window; `in` and `out` are the strides of the two sides.
template <class F>
void each_window(const ConvShape& s, const Strides& in, const Strides& out, F f) {
  const Spans rows(s, 0), columns(s, 1);
  parallel_for(s.n * s.channels, 1 + 16384 / (s.out_pixels() + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 View v{};
                 v.down = s.window.dilation[0] * in[2];
                 v.right = s.window.dilation[1] * in[3];
                 for (std::int64_t plane = begin; plane < end; ++plane) {
                   const std::int64_t n = plane / s.channels, c = plane % s.channels;
                   const std::int64_t from = n * in[0] + c * in[1];
                   const std::int64_t to = n * out[0] + c * out[1];
                   for (std::int64_t i = 0; i < s.oh; ++i) {
                     v.rows = rows[i];
                     for (std::int64_t j = 0; j < s.ow; ++j) {
                       v.columns = columns[j];
                       v.corner = from + v.rows.pixel * in[2] + v.columns.pixel * in[3];
                       v.at = to + i * out[2] + j * out[3];
                       f(v);
                     }
                   }
                 }
               });
}

// y gets the maxima, `chosen` (laid out as y) the number of the winning tap.
template <class T, class Index>
void max_forward(const ConvShape& s, const Tensor& x, const Tensor& y,
                 const Tensor& chosen) {
  const T* const from = data_of<T>(x);
  T* const to = data_of<T>(y);
  Index* const index = data_of<Index>(chosen);
  each_window(s, x.strides(), y.strides(), [&](const View& v) {
    std::int64_t best = v.rows.first * s.kw + v.columns.first;
    T top = from[v.corner];
    for (std::int64_t p = v.rows.first; p < v.rows.last; ++p) {
      for (std::int64_t q = v.columns.first; q < v.columns.last; ++q) {
        const T value = from[v.tap(p, q)];
        // Not a branch, which the processor would guess wrong half of the time. NaN is
        // neither below nor above: it wins and stays.
        const bool wins = !(value <= top) && top == top;
        top = wins ? value : top;
        best = wins ? p * s.kw + q : best;
      }
    }
    to[v.at] = top;
    index[v.at] = static_cast<Index>(best);
  });
}

template <class T, class Index>
void max_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy,
                  const Tensor& chosen) {
  const T* const from = data_of<T>(dy);
  T* const to = data_of<T>(dx);
  const Index* const index = data_of<Index>(chosen);
  each_window(s, dx.strides(), dy.strides(), [&](const View& v) {
    const auto tap = static_cast<std::int32_t>(index[v.at]);
    const auto width = static_cast<std::int32_t>(s.kw);
    to[v.tap(tap / width, tap % width)] += from[v.at];
  });
}

template <class T>
void avg_forward(const ConvShape& s, const Tensor& x, const Tensor& y) {
  const T* const from = data_of<T>(x);
  T* const to = data_of<T>(y);
  const T share = T(1) / static_cast<T>(s.kh * s.kw);
  each_window(s, x.strides(), y.strides(), [&](const View& v) {
    T total = 0;
    for (std::int64_t p = v.rows.first; p < v.rows.last; ++p) {
      for (std::int64_t q = v.columns.first; q < v.columns.last; ++q) {
        total += from[v.tap(p, q)];
      }
    }
    to[v.at] = total * share;
  });
}

template <class T>
void avg_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy) {
  const T* const from = data_of<T>(dy);
  T* const to = data_of<T>(dx);
  const T share = T(1) / static_cast<T>(s.kh * s.kw);
  each_window(s, dx.strides(), dy.strides(), [&](const View& v) {
    const T part = from[v.at] * share;
    for (std::int64_t p = v.rows.first; p < v.rows.last; ++p) {
      for (std::int64_t q = v.columns.first; q < v.columns.last; ++q) {
        to[v.tap(p, q)] += part;
      }
    }
  });
}

}  // namespace cairn::detail
