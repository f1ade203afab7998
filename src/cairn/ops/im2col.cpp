#include <algorithm>
#include <cstring>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/ops/conv_shape.h>

namespace cairn::detail {
namespace {

// The output columns [first, last) whose tap falls inside a row of `width` pixels when
// the tap stands `shift` pixels right of the output column times the stride.
struct Inside {
  std::int64_t first, last;
};

Inside inside(std::int64_t shift, std::int64_t stride, std::int64_t width,
              std::int64_t outputs) {
  const std::int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
  const std::int64_t last = shift >= width ? 0 : (width - 1 - shift) / stride + 1;
  return {std::min(first, outputs), std::clamp(last, std::min(first, outputs), outputs)};
}

// Calls f(image row or null, output row, shift, valid output columns) for each output row
// of the tap (p, q).
template <class F>
void each_row_of_tap(const ConvShape& s, std::int64_t p, std::int64_t q, F f) {
  const Window& w = s.window;
  const std::int64_t shift = q * w.dilation[1] - w.padding[1];
  const Inside valid = inside(shift, w.stride[1], s.width, s.ow);
  for (std::int64_t i = 0; i < s.oh; ++i) {
    const std::int64_t row = i * w.stride[0] + p * w.dilation[0] - w.padding[0];
    const bool outside = row < 0 || row >= s.height;
    f(outside ? std::int64_t{-1} : row, i, shift, outside ? Inside{0, 0} : valid);
  }
}

}  // namespace

void check_window(const Window& window, const char* operation) {
  for (int axis = 0; axis < 2; ++axis) {
    if (window.stride[axis] < 1 || window.dilation[axis] < 1 || window.padding[axis] < 0) {
      throw ValueError(concat(operation, ": stride ", window.stride[axis], ", dilation ",
                              window.dilation[axis], " and padding ",
                              window.padding[axis],
                              " are not possible; stride and dilation start at 1, padding "
                              "at 0"));
    }
  }
}

std::int64_t window_positions(std::int64_t extent, std::int64_t size, const Window& window,
                              int axis, const char* operation) {
  const std::int64_t reach = window.dilation[axis] * (size - 1) + 1;
  const std::int64_t room = extent + 2 * window.padding[axis] - reach;
  if (size < 1 || room < 0) {
    throw ShapeError(concat(operation, ": a window that reaches over ", reach, " ",
                            axis == 0 ? "rows" : "columns", " does not fit into ", extent,
                            " with a padding of ", window.padding[axis],
                            "; use a smaller window or more padding"));
  }
  return room / window.stride[axis] + 1;
}

template <class T>
void im2col(const ConvShape& s, const T* image, T* columns) {
  const std::int64_t stride = s.window.stride[1];
  for (std::int64_t c = 0; c < s.group_channels(); ++c) {
    const T* const plane = image + c * s.in_pixels();
    for (std::int64_t p = 0; p < s.kh; ++p) {
      for (std::int64_t q = 0; q < s.kw; ++q) {
        each_row_of_tap(s, p, q, [&](std::int64_t row, std::int64_t, std::int64_t shift,
                                     Inside valid) {
          const T* const from = plane + row * s.width + shift;
          std::fill(columns, columns + valid.first, T(0));
          if (stride == 1 && valid.first < valid.last) {
            std::memcpy(columns + valid.first, from + valid.first,
                        static_cast<std::size_t>(valid.last - valid.first) * sizeof(T));
          } else {
            for (std::int64_t j = valid.first; j < valid.last; ++j) {
              columns[j] = from[j * stride];
            }
          }
          std::fill(columns + valid.last, columns + s.ow, T(0));
          columns += s.ow;
        });
      }
    }
  }
}

template <class T>
void col2im(const ConvShape& s, const T* columns, T* image) {
  const std::int64_t stride = s.window.stride[1];
  for (std::int64_t c = 0; c < s.group_channels(); ++c) {
    T* const plane = image + c * s.in_pixels();
    for (std::int64_t p = 0; p < s.kh; ++p) {
      for (std::int64_t q = 0; q < s.kw; ++q) {
        each_row_of_tap(s, p, q, [&](std::int64_t row, std::int64_t, std::int64_t shift,
                                     Inside valid) {
          T* const to = plane + row * s.width + shift;
          if (stride == 1) {
            for (std::int64_t j = valid.first; j < valid.last; ++j) to[j] += columns[j];
          } else {
            for (std::int64_t j = valid.first; j < valid.last; ++j) {
              to[j * stride] += columns[j];
            }
          }
          columns += s.ow;
        });
      }
    }
  }
}

template void im2col(const ConvShape&, const float*, float*);
template void im2col(const ConvShape&, const double*, double*);
template void col2im(const ConvShape&, const float*, float*);
template void col2im(const ConvShape&, const double*, double*);

}  // namespace cairn::detail
