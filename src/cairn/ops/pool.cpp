#include <cairn/ops/pool.h>

#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/pool_fast.h>
#include <cairn/ops/pool_loops.h>

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
                            kernel,
                            "; the input must be (n, channels, height, width), "
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
                                 x.strides()[static_cast<int>(order[j - 1])];
         --j) {
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

// A dilated window can step over a small image from padding to padding: then there is no
// largest value.
void require_taps(const ConvShape& s, const char* name) {
  for (int axis = 0; axis < 2; ++axis) {
    const detail::Spans spans(s, axis);
    const std::int64_t positions = axis == 0 ? s.oh : s.ow;
    for (std::int64_t i = 0; i < positions; ++i) {
      if (spans[i].first < spans[i].last) continue;
      throw ShapeError(concat(
          name, ": with a dilation of ", s.window.dilation[axis], " and a padding of ",
          s.window.padding[axis], " the window meets none of the ",
          axis == 0 ? s.height : s.width, axis == 0 ? " rows" : " columns",
          " at position ", i, "; use less of either"));
    }
  }
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
  if (!detail::fast_max_pool(s, x, y, chosen)) {
    detail::visit_floating(x.dtype(), "max_pool2d", [&](auto zero) {
      using T = decltype(zero);
      if (small) detail::max_forward<T, std::uint8_t>(s, x, y, chosen);
      else detail::max_forward<T, std::int64_t>(s, x, y, chosen);
    });
  }
  if (should_record(input)) {
    record("max_pool2d", y, {&input},
           [s, small, chosen = Saved(chosen), in = x.strides(), out = y.strides()](
               const Tensor& gradient, Gradients& inputs) {
             const Tensor dy = detail::laid_out(gradient, out);
             Tensor dx = detail::make_tensor({s.n, s.channels, s.height, s.width}, in,
                                             dy.dtype());
             const Tensor& index = chosen.get("max_pool2d");
             if (!detail::fast_max_pool_backward(s, dx, dy, index)) {
               dx.fill_(0);
               detail::visit_floating(dy.dtype(), "max_pool2d", [&](auto zero) {
                 using T = decltype(zero);
                 if (small) detail::max_backward<T, std::uint8_t>(s, dx, dy, index);
                 else detail::max_backward<T, std::int64_t>(s, dx, dy, index);
               });
             }
             inputs.add(0, std::move(dx));
           });
  }
  return y;
}

Tensor avg_pool2d(const Tensor& input, const Shape& kernel, const Window& window) {
  const ConvShape s = pool_shape(input, kernel, window, "avg_pool2d");
  const Tensor x = input.is_dense() ? input.detach() : input.detach().contiguous();
  const Tensor y = empty_in_order_of(x, {s.n, s.channels, s.oh, s.ow});
  if (!detail::fast_mean_pool(s, x, y)) {
    detail::visit_floating(x.dtype(), "avg_pool2d", [&](auto zero) {
      detail::avg_forward<decltype(zero)>(s, x, y);
    });
  }
  if (should_record(input)) {
    record("avg_pool2d", y, {&input},
           [s, in = x.strides(), out = y.strides()](const Tensor& gradient,
                                                    Gradients& inputs) {
             const Tensor dy = detail::laid_out(gradient, out);
             Tensor dx = detail::make_tensor({s.n, s.channels, s.height, s.width}, in,
                                             dy.dtype());
             if (!detail::fast_mean_pool_backward(s, dx, dy)) {
               dx.fill_(0);
               detail::visit_floating(dy.dtype(), "avg_pool2d", [&](auto zero) {
                 detail::avg_backward<decltype(zero)>(s, dx, dy);
               });
             }
             inputs.add(0, std::move(dx));
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
