#include <cairn/ops/pool.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/ops/conv_shape.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::ConvShape;

namespace {

ConvShape pool_shape(const Tensor& x, const Shape& kernel, const Window& window,
                     const char* name) {
  detail::checked(x, name);
  detail::require_floating(x.dtype(), name);
  detail::check_window(window, name);
  if (x.dim() != 4 || kernel.dim() != 2) {
    throw ShapeError(concat(name, ": an input of shape ", x.shape(), " and a window ",
                            kernel, "; the input must be (n, channels, height, width), "
                            "the window (height, width)"));
  }
  for (int axis = 0; axis < 2; ++axis) {
    if (2 * window.padding[axis] > kernel[axis]) {
      throw ShapeError(
          concat(name, ": a padding of ", window.padding[axis],
                 " is more than half the window ", kernel,
                 ", so that some windows would see nothing else; use less"));
    }
  }
  ConvShape s{};
  s.n = x.size(0), s.channels = s.out = x.size(1);
  s.height = x.size(2), s.width = x.size(3);
  s.kh = kernel[0], s.kw = kernel[1];
  s.groups = 1;
  s.window = window;
  s.oh = detail::window_positions(s.height, s.kh, window, 0, name);
  s.ow = detail::window_positions(s.width, s.kw, window, 1, name);
  return s;
}

// A dense tensor of another height and width whose dimensions lie in x's order.
Tensor empty_in_order_of(const Tensor& x, const Shape& shape) {
  Strides strides = Shape::filled(4, 0);
  Shape order;  // from the innermost dimension outwards
  for (int d = 3; d >= 0; --d) order.push_back(d);
  for (int i = 1; i < 4; ++i) {
    for (int j = i; j > 0 && x.strides()[static_cast<int>(order[j])] <
                                 x.strides()[static_cast<int>(order[j - 1])]; --j) {
      std::swap(order[j], order[j - 1]);
    }
  }
  std::int64_t step = 1;
  for (const std::int64_t d : order) {
    strides[static_cast<int>(d)] = step;
    step *= std::max<std::int64_t>(shape[static_cast<int>(d)], 1);
  }
  return detail::make_tensor(shape, strides, x.dtype());
}

// Along one axis: the taps [first, last) of a window that lie inside the image, and the
// pixel under the first of them.
struct Span {
  std::int64_t first, last, pixel;
};

// The spans of all positions along an axis, computed once for all planes.
class Spans {
 public:
  Spans(const ConvShape& s, int axis)
      : scratch_(static_cast<std::size_t>(positions(s, axis)) * sizeof(Span)) {
    const std::int64_t stride = s.window.stride[axis], step = s.window.dilation[axis];
    const std::int64_t extent = axis == 0 ? s.height : s.width;
    const std::int64_t taps = axis == 0 ? s.kh : s.kw;
    for (std::int64_t i = 0; i < positions(s, axis); ++i) {
      const std::int64_t start = i * stride - s.window.padding[axis];
      const std::int64_t first = start >= 0 ? 0 : (-start + step - 1) / step;
      const std::int64_t last = std::min(taps, (extent - start + step - 1) / step);
      scratch_.as<Span>()[i] = {first, last, start + first * step};
    }
  }
  const Span& operator[](std::int64_t i) const { return scratch_.as<Span>()[i]; }

 private:
  static std::int64_t positions(const ConvShape& s, int axis) {
    return axis == 0 ? s.oh : s.ow;
  }
  detail::ScratchBuffer scratch_;
};

// A dilated window can step over a small image from padding to padding: then there is no
// largest value.
void require_taps(const ConvShape& s, const char* name) {
  for (int axis = 0; axis < 2; ++axis) {
    const Spans spans(s, axis);
    const std::int64_t positions = axis == 0 ? s.oh : s.ow;
    for (std::int64_t i = 0; i < positions; ++i) {
      if (spans[i].first < spans[i].last) continue;
      throw ShapeError(concat(name, ": with a dilation of ", s.window.dilation[axis],
                              " and a padding of ", s.window.padding[axis],
                              " the window meets none of the ",
                              axis == 0 ? s.height : s.width,
                              axis == 0 ? " rows" : " columns", " at position ", i,
                              "; use less of either"));
    }
  }
}

// One window: its spans, where its first tap lies in the tensor on the larger side, how far
// apart taps are there, and where its result lies on the other side.
struct View {
  Span rows, columns;
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
  const T* const from = detail::data_of<T>(x);
  T* const to = detail::data_of<T>(y);
  Index* const index = detail::data_of<Index>(chosen);
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
  const T* const from = detail::data_of<T>(dy);
  T* const to = detail::data_of<T>(dx);
  const Index* const index = detail::data_of<Index>(chosen);
  each_window(s, dx.strides(), dy.strides(), [&](const View& v) {
    const auto tap = static_cast<std::int32_t>(index[v.at]);
    const auto width = static_cast<std::int32_t>(s.kw);
    to[v.tap(tap / width, tap % width)] += from[v.at];
  });
}

template <class T>
void avg_forward(const ConvShape& s, const Tensor& x, const Tensor& y) {
  const T* const from = detail::data_of<T>(x);
  T* const to = detail::data_of<T>(y);
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
  const T* const from = detail::data_of<T>(dy);
  T* const to = detail::data_of<T>(dx);
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

// The gradient laid out as y was, whatever order it arrives in.
Tensor in_layout(const Tensor& dy, const Strides& strides) {
  if (dy.strides() == strides) return dy;
  Tensor copy = detail::make_tensor(dy.shape(), strides, dy.dtype());
  detail::copy_elements(copy, dy);
  return copy;
}

}  // namespace

Tensor max_pool2d(const Tensor& input, const Shape& kernel, const Window& window) {
  const ConvShape s = pool_shape(input, kernel, window, "max_pool2d");
  require_taps(s, "max_pool2d");
  const Tensor x = input.is_dense() ? input.detach() : input.detach().contiguous();
  const Tensor y = empty_in_order_of(x, {s.n, s.channels, s.oh, s.ow});
  // The winner's number fits a byte in all but enormous windows.
  const bool small = s.kh * s.kw <= 256;
  const Tensor chosen =
      detail::make_tensor(y.shape(), y.strides(), small ? DType::u8 : DType::i64);
  detail::visit_floating(x.dtype(), "max_pool2d", [&](auto zero) {
    using T = decltype(zero);
    if (small) max_forward<T, std::uint8_t>(s, x, y, chosen);
    else max_forward<T, std::int64_t>(s, x, y, chosen);
  });
  if (should_record(input)) {
    record("max_pool2d", y, {&input},
           [s, small, chosen = Saved(chosen), in = x.strides(), out = y.strides()](
               const Tensor& gradient, Gradients& inputs) {
             const Tensor dy = in_layout(gradient, out);
             Tensor dx = detail::make_tensor({s.n, s.channels, s.height, s.width}, in,
                                             dy.dtype());
             dx.fill_(0);
             const Tensor& index = chosen.get("max_pool2d");
             detail::visit_floating(dy.dtype(), "max_pool2d", [&](auto zero) {
               using T = decltype(zero);
               if (small) max_backward<T, std::uint8_t>(s, dx, dy, index);
               else max_backward<T, std::int64_t>(s, dx, dy, index);
             });
             inputs.add(0, dx);
           });
  }
  return y;
}

Tensor avg_pool2d(const Tensor& input, const Shape& kernel, const Window& window) {
  const ConvShape s = pool_shape(input, kernel, window, "avg_pool2d");
  const Tensor x = input.is_dense() ? input.detach() : input.detach().contiguous();
  const Tensor y = empty_in_order_of(x, {s.n, s.channels, s.oh, s.ow});
  detail::visit_floating(x.dtype(), "avg_pool2d",
                         [&](auto zero) { avg_forward<decltype(zero)>(s, x, y); });
  if (should_record(input)) {
    record("avg_pool2d", y, {&input},
           [s, in = x.strides(), out = y.strides()](const Tensor& gradient,
                                                    Gradients& inputs) {
             const Tensor dy = in_layout(gradient, out);
             Tensor dx = detail::make_tensor({s.n, s.channels, s.height, s.width}, in,
                                             dy.dtype());
             dx.fill_(0);
             detail::visit_floating(dy.dtype(), "avg_pool2d", [&](auto zero) {
               avg_backward<decltype(zero)>(s, dx, dy);
             });
             inputs.add(0, dx);
           });
  }
  return y;
}

Tensor adaptive_avg_pool2d(const Tensor& x, const Shape& output) {
  const Shape& shape = detail::checked(x, "adaptive_avg_pool2d").shape;
  bool fits = shape.dim() == 4 && output.dim() == 2;
  for (int axis = 0; fits && axis < 2; ++axis) {
    fits = output[axis] >= 1 && shape[2 + axis] >= 1 &&
           shape[2 + axis] % output[axis] == 0;
  }
  if (!fits) {
    throw ShapeError(concat("adaptive_avg_pool2d: an input of shape ", shape,
                            " has no equal tiles for an output of ", output,
                            "; the input must be (n, channels, height, width), and the "
                            "output's height and width must divide its own"));
  }
  const Shape tile{shape[2] / output[0], shape[3] / output[1]};
  Window window;
  window.stride[0] = tile[0], window.stride[1] = tile[1];
  return avg_pool2d(x, tile, window);
}

}  // namespace cairn
