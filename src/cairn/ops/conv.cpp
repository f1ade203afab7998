// Convolution as a matrix product: im2col unrolls what each output pixel sees into a
// column, and the filters are the rows of the other matrix (chapter 6).
#include <cairn/ops/conv.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/ops/conv_shape.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::ConvShape;
using detail::ScratchBuffer;

namespace {

ConvShape conv_shape(const Tensor& x, const Tensor& weight, const Tensor& bias,
                     const Window& window, std::int64_t groups) {
  detail::checked(x, "conv2d");
  detail::checked(weight, "conv2d");
  detail::require_floating(x.dtype(), "conv2d");
  detail::require_same_dtype(x, weight, "conv2d");
  detail::check_window(window, "conv2d");
  if (x.dim() != 4 || weight.dim() != 4) {
    throw ShapeError(concat("conv2d: shapes ", x.shape(), " and ", weight.shape(),
                            "; the input must be (n, channels, height, width), the weight "
                            "(out, channels/groups, kernel height, kernel width)"));
  }
  if (x.size(1) == 0) {
    throw ShapeError(
        concat("conv2d: an input of shape ", x.shape(),
               " has no channels to filter; it must be (n, channels, height, width)"));
  }
  if (groups < 1 || x.size(1) % groups != 0 || weight.size(0) % groups != 0) {
    throw ShapeError(concat("conv2d: ", groups, " groups do not divide ", x.size(1),
                            " input and ", weight.size(0),
                            " output channels; both must be multiples of the groups"));
  }
  if (x.size(1) / groups != weight.size(1)) {
    throw ShapeError(concat(
        "conv2d: an input of shape ", x.shape(), " has ", x.size(1),
        " channels; a weight of shape ", weight.shape(), " in ", groups,
        groups == 1 ? " group" : " groups", " asks for ", weight.size(1) * groups,
        "; give the layer the image's number of channels, or permute "
        "an image whose channels come last"));
  }
  if (bias.defined()) {
    detail::require_same_dtype(x, bias, "conv2d");
    if (bias.shape() != Shape{weight.size(0)}) {
      throw ShapeError(concat("conv2d: a bias of shape ", bias.shape(), " for ",
                              weight.size(0),
                              " output channels; it must have one number "
                              "for each"));
    }
  }
  ConvShape s{};
  s.n = x.size(0), s.channels = x.size(1), s.height = x.size(2), s.width = x.size(3);
  s.out = weight.size(0), s.kh = weight.size(2), s.kw = weight.size(3);
  s.groups = groups;
  s.window = window;
  s.oh = detail::window_positions(s.height, s.kh, window, 0, "conv2d");
  s.ow = detail::window_positions(s.width, s.kw, window, 1, "conv2d");
  return s;
}

// A 1×1 filter that meets every pixel once: the image is its own matrix of columns.
bool is_pointwise(const ConvShape& s) {
  return s.kh == 1 && s.kw == 1 && s.window.stride[0] == 1 && s.window.stride[1] == 1 &&
         s.window.padding[0] == 0 && s.window.padding[1] == 0;
}

// The columns [taps, pixels] of one image's group, in `scratch` unless they lie in x.
template <class T>
const T* columns_of(const ConvShape& s, const T* image, T* scratch) {
  if (is_pointwise(s)) return image;
  detail::im2col(s, image, scratch);
  return scratch;
}

template <class T>
std::size_t column_bytes(const ConvShape& s) {
  return static_cast<std::size_t>(s.taps() * s.out_pixels()) * sizeof(T);
}

// y[group out, pixels] = w[group out, taps] · columns[taps, pixels], image by image.
template <class T>
void forward(const ConvShape& s, const T* x, const T* w, const T* bias, T* y) {
  parallel_for(s.n, 1, [&](std::int64_t begin, std::int64_t end) {
    const ScratchBuffer scratch(column_bytes<T>(s));
    for (std::int64_t job = begin * s.groups; job < end * s.groups; ++job) {
      const std::int64_t group = job % s.groups;
      const T* const columns =
          columns_of(s, x + job * s.group_channels() * s.in_pixels(), scratch.as<T>());
      T* const out = y + job * s.group_out() * s.out_pixels();
      kernels::GemmCall<T> product;
      product.m = s.group_out(), product.n = s.out_pixels(), product.k = s.taps();
      product.a = w + group * s.group_out() * s.taps(), product.lda = s.taps();
      product.b = columns, product.ldb = s.out_pixels();
      product.c = out, product.ldc = s.out_pixels();
      if (bias != nullptr) product.epilogue.row_bias = bias + group * s.group_out();
      kernels::gemm(product);
    }
  });
}

// dcolumns = wᵀ dy, and col2im adds them up where windows overlap.
template <class T>
void input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx) {
  parallel_for(s.n, 1, [&](std::int64_t begin, std::int64_t end) {
    const ScratchBuffer scratch(column_bytes<T>(s));
    for (std::int64_t job = begin * s.groups; job < end * s.groups; ++job) {
      const std::int64_t group = job % s.groups;
      T* const image = dx + job * s.group_channels() * s.in_pixels();
      T* const columns = is_pointwise(s) ? image : scratch.as<T>();
      gemm(Trans::yes, Trans::no, s.taps(), s.out_pixels(), s.group_out(), T(1),
           w + group * s.group_out() * s.taps(), s.taps(),
           dy + job * s.group_out() * s.out_pixels(), s.out_pixels(), T(0), columns,
           s.out_pixels());
      if (is_pointwise(s)) continue;
      std::fill(image, image + s.group_channels() * s.in_pixels(), T(0));
      detail::col2im(s, columns, image);
    }
  });
}

// dw = Σ over images of dy columnsᵀ. Images are cut into a fixed number of parts, each
// with a sum of its own; the sums are added in order.
template <class T>
void weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw) {
  const std::int64_t size = s.out * s.taps();
  const std::int64_t parts = std::clamp<std::int64_t>(s.n / 4, 1, 8);
  const ScratchBuffer partial(static_cast<std::size_t>(parts * size) * sizeof(T));
  T* const sums = partial.as<T>();
  std::fill(sums, sums + parts * size, T(0));
  parallel_for(parts, 1, [&](std::int64_t first, std::int64_t last) {
    const ScratchBuffer scratch(column_bytes<T>(s));
    for (std::int64_t part = first; part < last; ++part) {
      const std::int64_t begin = s.n * part / parts, end = s.n * (part + 1) / parts;
      for (std::int64_t job = begin * s.groups; job < end * s.groups; ++job) {
        const std::int64_t group = job % s.groups;
        const T* const columns =
            columns_of(s, x + job * s.group_channels() * s.in_pixels(), scratch.as<T>());
        gemm(Trans::no, Trans::yes, s.group_out(), s.taps(), s.out_pixels(), T(1),
             dy + job * s.group_out() * s.out_pixels(), s.out_pixels(), columns,
             s.out_pixels(), T(1), sums + part * size + group * s.group_out() * s.taps(),
             s.taps());
      }
    }
  });
  std::copy(sums, sums + size, dw);
  for (std::int64_t part = 1; part < parts; ++part) {
    for (std::int64_t i = 0; i < size; ++i) dw[i] += sums[part * size + i];
  }
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const Window& window, std::int64_t groups) {
  const ConvShape s = conv_shape(x, weight, bias, window, groups);
  const Tensor images = x.detach().contiguous(), filters = weight.detach().contiguous();
  const Tensor b = bias.defined() ? bias.detach().contiguous() : Tensor();
  const Tensor y = empty({s.n, s.out, s.oh, s.ow}, x.dtype());
  detail::visit_floating(x.dtype(), "conv2d", [&](auto zero) {
    using T = decltype(zero);
    forward(s, detail::data_of<T>(images), detail::data_of<T>(filters),
            b.defined() ? detail::data_of<T>(b) : nullptr, detail::data_of<T>(y));
  });
  if (should_record(x, weight, bias)) {
    record("conv2d", y, {&x, &weight, &bias},
           [s, x = Saved(images, weight), w = Saved(filters, x)](const Tensor& gradient,
                                                                 Gradients& dx) {
             const Tensor dy = gradient.contiguous();
             detail::visit_floating(dy.dtype(), "conv2d", [&](auto zero) {
               using T = decltype(zero);
               const T* const g = detail::data_of<T>(dy);
               if (dx.wants(0)) {
                 Tensor out = empty({s.n, s.channels, s.height, s.width}, dy.dtype());
                 input_gradient(s, g, detail::data_of<T>(w.get("conv2d")),
                                detail::data_of<T>(out));
                 dx.add(0, out);
               }
               if (dx.wants(1)) {
                 Tensor out = empty({s.out, s.group_channels(), s.kh, s.kw}, dy.dtype());
                 weight_gradient(s, detail::data_of<T>(x.get("conv2d")), g,
                                 detail::data_of<T>(out));
                 dx.add(1, out);
               }
             });
             if (dx.wants(2)) dx.add(2, dy.sum({0, 2, 3}));
           });
  }
  return y;
}

}  // namespace cairn
