// The forward pass and the gradient of the input, as correlations.
#include <algorithm>
#include <type_traits>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/conv_winograd.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/depthwise.h>
#include <cairn/kernels/conv/filters.h>
#include <cairn/kernels/conv/merged.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/conv/pointwise.h>
#include <cairn/kernels/conv/tables.h>

namespace cairn::kernels {
namespace {

/// A group's channels of dense channels-last images.
template <class T>
Images<T> group_of(T* data, std::int64_t n, std::int64_t height, std::int64_t width,
                   std::int64_t channels, std::int64_t group, std::int64_t groups) {
  const std::int64_t share = channels / groups;
  return {
      data + group * share, n,       height, width, share, height * width * channels,
      width * channels,     channels};
}

/// Pixels that no tap reaches.
template <class T>
void fill_with_zeros(const Images<T>& images) {
  constexpr std::int64_t kElements = 1 << 16;  // that a thread is worth waking for
  const std::int64_t row = images.width * images.channels;
  parallel_for(images.n * images.height, 1 + kElements / (row + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   T* pixel = images.data + i / images.height * images.image +
                              i % images.height * images.row;
                   for (std::int64_t j = 0; j < images.width; ++j) {
                     std::fill(pixel, pixel + images.channels, T(0));
                     pixel += images.pixel;
                   }
                 }
               });
}

}  // namespace

template <class T>
void conv_forward(const ConvShape& shape, const T* x, const T* w, const T* bias,
                  bool relu, T* y, const KernelTable& table) {
  if (shape.n * shape.oh * shape.ow * shape.out == 0) return;
  if constexpr (std::is_same_v<T, float>) {
    if (takes_winograd(shape)) {
      return winograd_forward(winograd_shape(shape), x, w, bias, relu, y, table);
    }
  }
  const ConvShape s = with_long_rows(shape);
  const ConvOps<T>& ops = conv_ops<T>(table);
  if (s.depthwise()) return depthwise_forward(ops, s, x, w, bias, relu, y);
  if (abreast_forward_pays(s, ops.width)) {
    return abreast_forward(abreast_ops<T>(table), s, x, w, bias, relu, y);
  }
  Correlation<T> c;
  c.vertical = {s.kh, s.stride[0], s.dilation[0], -s.padding[0]};
  c.horizontal = {s.kw, s.stride[1], s.dilation[1], -s.padding[1]};
  c.relu = relu;
  c.in = group_of(x, s.n, s.height, s.width, s.channels, 0, s.groups);
  c.panels = choose_panels(ops, s.ow, s.group_out(), c.stretch());
  const FilterPacker<T> packer(s, gemm_ops<T>(table), c.panels);
  const detail::ScratchBuffer packed(packer.bytes(s.taps() * s.group_channels()));
  for (std::int64_t g = 0; g < s.groups; ++g) {
    packer.pack_forward(w + g * s.group_out() * s.filter_size(), packed.as<T>());
    c.filters = packed.as<T>();
    c.in = group_of(x, s.n, s.height, s.width, s.channels, g, s.groups);
    c.out = group_of(y, s.n, s.oh, s.ow, s.out, g, s.groups);
    c.bias = bias == nullptr ? nullptr : bias + g * s.group_out();
    correlate(ops, c);
  }
}

template <class T>
void conv_input_gradient(const ConvShape& shape, const T* dy, const T* w, T* dx,
                         const KernelTable& table) {
  if (shape.n * shape.height * shape.width == 0) return;
  const ConvShape s = with_long_rows(shape);
  if (s.out == 0) {
    std::fill(dx, dx + s.n * s.height * s.width * s.channels, T(0));
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (takes_winograd(s)) {
      return winograd_input_gradient(winograd_shape(s), dy, w, dx, table);
    }
  }
  const ConvOps<T>& ops = conv_ops<T>(table);
  if (s.depthwise()) return depthwise_input_gradient(ops, s, dy, w, dx);
  if (abreast_input_gradient_pays(s, ops.width)) {
    return abreast_input_gradient(abreast_ops<T>(table), s, dy, w, dx);
  }
  const std::int64_t merged = pixels_to_merge(s, ops.width);
  if (merged > 0) return merged_input_gradient(ops, s, merged, dy, w, dx);
  Correlation<T> c;
  c.relu = false;
  c.bias = nullptr;
  c.panels = choose_panels(ops, ceil_div(s.width, s.stride[1]), s.group_channels(),
                           ceil_div(s.kw, s.stride[1]) * s.group_out());
  const FilterPacker<T> packer(s, gemm_ops<T>(table), c.panels);
  const detail::ScratchBuffer packed(packer.bytes(s.taps() * s.group_out()));
  c.filters = packed.as<T>();
  for (std::int64_t g = 0; g < s.groups; ++g) {
    c.in = group_of(dy, s.n, s.oh, s.ow, s.out, g, s.groups);
    const Images<T> all = group_of(dx, s.n, s.height, s.width, s.channels, g, s.groups);
    for (std::int64_t i = 0; i < std::min(s.stride[0], s.height); ++i) {
      const Phase down(s, 0, i);
      for (std::int64_t j = 0; j < std::min(s.stride[1], s.width); ++j) {
        const Phase right(s, 1, j);
        c.vertical = down.axis, c.horizontal = right.axis;
        c.out = {all.data + i * all.row + j * all.pixel,
                 all.n,
                 down.pixels,
                 right.pixels,
                 all.channels,
                 all.image,
                 s.stride[0] * all.row,
                 s.stride[1] * all.pixel};
        if (down.axis.taps * right.axis.taps == 0) {
          fill_with_zeros(c.out);
          continue;
        }
        packer.pack_backward(w + g * s.group_out() * s.filter_size(),
                             {down.first, down.step, down.axis.taps},
                             {right.first, right.step, right.axis.taps},
                             packed.as<T>());
        correlate(ops, c);
      }
    }
  }
}

template CAIRN_API void conv_forward(const ConvShape&, const float*, const float*,
                                     const float*, bool, float*, const KernelTable&);
template CAIRN_API void conv_forward(const ConvShape&, const double*, const double*,
                                     const double*, bool, double*, const KernelTable&);
template CAIRN_API void conv_input_gradient(const ConvShape&, const float*,
                                            const float*, float*, const KernelTable&);
template CAIRN_API void conv_input_gradient(const ConvShape&, const double*,
                                            const double*, double*, const KernelTable&);

}  // namespace cairn::kernels
