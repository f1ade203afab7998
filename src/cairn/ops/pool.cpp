#include <cairn/ops/pool.h>

#include <algorithm>

#include <cairn/autograd/node.h>
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
      throw ShapeError(concat(name, ": a padding of ", window.padding[axis],
                              " is more than half the window ", kernel,
                              ", so that some windows would see nothing else"));
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

// The part of a window that lies inside the image, as taps [p0, p1) × [q0, q1), and where
// its tap (0, 0) would stand.
struct View {
  std::int64_t top, left, p0, p1, q0, q1;
};

View window_at(const ConvShape& s, std::int64_t i, std::int64_t j) {
  const Window& w = s.window;
  View v{};
  v.top = i * w.stride[0] - w.padding[0];
  v.left = j * w.stride[1] - w.padding[1];
  const auto first = [](std::int64_t at, std::int64_t step) {
    return at >= 0 ? 0 : (-at + step - 1) / step;
  };
  const auto last = [](std::int64_t at, std::int64_t step, std::int64_t extent,
                       std::int64_t taps) {
    return std::min(taps, (extent - at + step - 1) / step);
  };
  v.p0 = first(v.top, w.dilation[0]);
  v.q0 = first(v.left, w.dilation[1]);
  v.p1 = last(v.top, w.dilation[0], s.height, s.kh);
  v.q1 = last(v.left, w.dilation[1], s.width, s.kw);
  return v;
}

// Visits every window: f(offset of its plane in x, offset of its result in y, view).
template <class F>
void each_window(const ConvShape& s, const Strides& in, const Strides& out, F f) {
  parallel_for(s.n * s.channels, 1 + 16384 / (s.out_pixels() + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t plane = begin; plane < end; ++plane) {
                   const std::int64_t n = plane / s.channels, c = plane % s.channels;
                   const std::int64_t from = n * in[0] + c * in[1];
                   const std::int64_t to = n * out[0] + c * out[1];
                   for (std::int64_t i = 0; i < s.oh; ++i) {
                     for (std::int64_t j = 0; j < s.ow; ++j) {
                       f(from, to + i * out[2] + j * out[3], window_at(s, i, j));
                     }
                   }
                 }
               });
}

std::int64_t tap_offset(const ConvShape& s, const Strides& in, const View& v,
                        std::int64_t p, std::int64_t q) {
  return (v.top + p * s.window.dilation[0]) * in[2] +
         (v.left + q * s.window.dilation[1]) * in[3];
}

// y gets the maxima, `chosen` (laid out as y) the number of the winning tap.
template <class T, class Index>
void max_forward(const ConvShape& s, const Tensor& x, const Tensor& y,
                 const Tensor& chosen) {
  const T* const from = detail::data_of<T>(x);
  T* const to = detail::data_of<T>(y);
  Index* const index = detail::data_of<Index>(chosen);
  const Strides in = x.strides();
  each_window(s, in, y.strides(), [&](std::int64_t plane, std::int64_t at, const View& v) {
    std::int64_t best = v.p0 * s.kw + v.q0;
    T top = from[plane + tap_offset(s, in, v, v.p0, v.q0)];
    for (std::int64_t p = v.p0; p < v.p1; ++p) {
      for (std::int64_t q = v.q0; q < v.q1; ++q) {
        const T value = from[plane + tap_offset(s, in, v, p, q)];
        if (value > top || (value != value && top == top)) {
          top = value;
          best = p * s.kw + q;
        }
      }
    }
    to[at] = top;
    index[at] = static_cast<Index>(best);
  });
}

template <class T, class Index>
void max_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy,
                  const Tensor& chosen) {
  const T* const from = detail::data_of<T>(dy);
  T* const to = detail::data_of<T>(dx);
  const Index* const index = detail::data_of<Index>(chosen);
  const Strides in = dx.strides();
  each_window(s, in, dy.strides(), [&](std::int64_t plane, std::int64_t at, const View& v) {
    const auto tap = static_cast<std::int64_t>(index[at]);
    to[plane + tap_offset(s, in, v, tap / s.kw, tap % s.kw)] += from[at];
  });
}

template <class T>
void avg_forward(const ConvShape& s, const Tensor& x, const Tensor& y) {
  const T* const from = detail::data_of<T>(x);
  T* const to = detail::data_of<T>(y);
  const T share = T(1) / static_cast<T>(s.kh * s.kw);
  const Strides in = x.strides();
  each_window(s, in, y.strides(), [&](std::int64_t plane, std::int64_t at, const View& v) {
    T total = 0;
    for (std::int64_t p = v.p0; p < v.p1; ++p) {
      for (std::int64_t q = v.q0; q < v.q1; ++q) {
        total += from[plane + tap_offset(s, in, v, p, q)];
      }
    }
    to[at] = total * share;
  });
}

template <class T>
void avg_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy) {
  const T* const from = detail::data_of<T>(dy);
  T* const to = detail::data_of<T>(dx);
  const T share = T(1) / static_cast<T>(s.kh * s.kw);
  const Strides in = dx.strides();
  each_window(s, in, dy.strides(), [&](std::int64_t plane, std::int64_t at, const View& v) {
    const T part = from[at] * share;
    for (std::int64_t p = v.p0; p < v.p1; ++p) {
      for (std::int64_t q = v.q0; q < v.q1; ++q) {
        to[plane + tap_offset(s, in, v, p, q)] += part;
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

}  // namespace cairn
