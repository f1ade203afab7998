// Which way a convolution is computed. The ways are asked in turn; direct convolution,
// which knows every shape, comes last.
//
//   strided filters of one tap   the pixels they see side by side, then as without stride
//   few pixels                   one product, with the weights as they lie
//   Winograd                     3 × 3, f32: fewer multiplications
//   depthwise                    no products of matrices
//   joined groups                groups of few channels as larger ones with zeros
//   abreast                      images of few channels, one in each lane
//   merged pixels                the gradient of images of few channels, small batches
#include <algorithm>
#include <type_traits>

#include <cairn/core/memory.h>
#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/conv_winograd.h>
#include <cairn/kernels/conv/depthwise.h>
#include <cairn/kernels/conv/direct.h>
#include <cairn/kernels/conv/few_pixels.h>
#include <cairn/kernels/conv/joined_groups.h>
#include <cairn/kernels/conv/merged.h>
#include <cairn/kernels/conv/one_tap.h>
#include <cairn/kernels/conv/pointwise.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

/// Room for the pixels that filters of one tap with a stride see.
template <class T>
detail::ScratchBuffer seen_pixels(const ConvShape& s) {
  return detail::ScratchBuffer(
      static_cast<std::size_t>(s.n * s.oh * s.ow * s.channels) * sizeof(T));
}

}  // namespace

template <class T>
void conv_forward(const ConvShape& shape, const T* x, const T* w, const T* bias,
                  bool relu, T* y, const KernelTable& table) {
  if (shape.n * shape.oh * shape.ow * shape.out == 0) return;
  if (gathering_pays(shape)) {
    const detail::ScratchBuffer seen = seen_pixels<T>(shape);
    gather_seen(shape, x, seen.as<T>());
    return conv_forward(without_stride(shape), seen.as<T>(), w, bias, relu, y, table);
  }
  if (few_pixels_forward_pays(shape)) {
    return few_pixels_forward(shape, x, w, bias, relu, y, table);
  }
  if constexpr (std::is_same_v<T, float>) {
    if (takes_winograd(shape)) {
      return winograd_forward(winograd_shape(shape), x, w, bias, relu, y, table);
    }
  }
  const ConvShape s = with_long_rows(shape);
  const std::int64_t width = conv_ops<T>(table).width;
  if (s.depthwise()) return depthwise_forward(s, x, w, bias, relu, y, table);
  const std::int64_t joined =
      groups_to_join(s, width, s.group_out(), s.group_channels());
  if (joined > 1 && all_finite(x, s.n * s.height * s.width * s.channels)) {
    const detail::ScratchBuffer wide(wide_bytes<T>(s, joined));
    join_filters(s, joined, w, wide.as<T>());
    return conv_forward(with_joined_groups(shape, joined), x, wide.as<T>(), bias, relu,
                        y, table);
  }
  if (abreast_forward_pays(s, width)) {
    return abreast_forward(abreast_ops<T>(table), s, x, w, bias, relu, y);
  }
  direct_forward(s, x, w, bias, relu, y, table);
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
  if (leaves_pixels_out(s)) {
    const detail::ScratchBuffer seen = seen_pixels<T>(s);
    conv_input_gradient(without_stride(s), dy, w, seen.as<T>(), table);
    return spread_seen(s, seen.as<T>(), dx);
  }
  if (few_pixels_input_gradient_pays(shape)) {
    return few_pixels_input_gradient(shape, dy, w, dx, table);
  }
  if constexpr (std::is_same_v<T, float>) {
    if (takes_winograd(s)) {
      return winograd_input_gradient(winograd_shape(s), dy, w, dx, table);
    }
  }
  const std::int64_t width = conv_ops<T>(table).width;
  if (s.depthwise()) return depthwise_input_gradient(s, dy, w, dx, table);
  const std::int64_t joined =
      groups_to_join(s, width, s.group_channels(), s.group_out());
  if (joined > 1 && all_finite(dy, s.n * s.oh * s.ow * s.out)) {
    const detail::ScratchBuffer wide(wide_bytes<T>(s, joined));
    join_filters(s, joined, w, wide.as<T>());
    return conv_input_gradient(with_joined_groups(shape, joined), dy, wide.as<T>(), dx,
                               table);
  }
  if (abreast_input_gradient_pays(s, width)) {
    return abreast_input_gradient(abreast_ops<T>(table), s, dy, w, dx);
  }
  const std::int64_t merged = pixels_to_merge(s, width);
  if (merged > 0) {
    return merged_input_gradient(conv_ops<T>(table), s, merged, dy, w, dx);
  }
  direct_input_gradient(s, dy, w, dx, table);
}

template <class T>
void conv_weight_gradient(const ConvShape& shape, const T* x, const T* dy, T* dw,
                          const KernelTable& table) {
  if (shape.out * shape.filter_size() == 0) return;
  if (shape.n * shape.oh * shape.ow == 0) {
    std::fill(dw, dw + shape.out * shape.filter_size(), T(0));
    return;
  }
  if (gathering_pays(shape)) {
    const detail::ScratchBuffer seen = seen_pixels<T>(shape);
    gather_seen(shape, x, seen.as<T>());
    return conv_weight_gradient(without_stride(shape), seen.as<T>(), dy, dw, table);
  }
  if (few_pixels_weight_gradient_pays(shape)) {
    return few_pixels_weight_gradient(shape, x, dy, dw, table);
  }
  const ConvShape s = with_long_rows(shape);
  if constexpr (std::is_same_v<T, float>) {
    if (takes_winograd(s, true)) {  // never where rows were joined
      return winograd_weight_gradient(winograd_shape(s), x, dy, dw, table);
    }
  }
  const std::int64_t width = conv_ops<T>(table).width;
  if (s.depthwise()) return depthwise_weight_gradient(s, x, dy, dw, table);
  // What the groups have not in common is left out at the end, finite or not.
  const std::int64_t joined =
      groups_to_join(s, width, s.group_out(), s.group_channels());
  if (joined > 1) {
    const detail::ScratchBuffer wide(wide_bytes<T>(s, joined));
    conv_weight_gradient(with_joined_groups(shape, joined), x, dy, wide.as<T>(), table);
    return part_filters(s, joined, wide.as<T>(), dw);
  }
  if (abreast_weight_gradient_pays(s, width)) {
    return abreast_weight_gradient(abreast_ops<T>(table), s, x, dy, dw);
  }
  direct_weight_gradient(s, x, dy, dw, table);
}

template CAIRN_API void conv_forward(const ConvShape&, const float*, const float*,
                                     const float*, bool, float*, const KernelTable&);
template CAIRN_API void conv_forward(const ConvShape&, const double*, const double*,
                                     const double*, bool, double*, const KernelTable&);
template CAIRN_API void conv_input_gradient(const ConvShape&, const float*,
                                            const float*, float*, const KernelTable&);
template CAIRN_API void conv_input_gradient(const ConvShape&, const double*,
                                            const double*, double*, const KernelTable&);
template CAIRN_API void conv_weight_gradient(const ConvShape&, const float*,
                                             const float*, float*, const KernelTable&);
template CAIRN_API void conv_weight_gradient(const ConvShape&, const double*,
                                             const double*, double*,
                                             const KernelTable&);

}  // namespace cairn::kernels
