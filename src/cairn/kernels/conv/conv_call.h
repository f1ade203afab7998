// Convolution on raw pointers, as the library's operations ask for it. Images are dense
// and channels-last, [n, height, width, channels]; filters are [out, channels/groups,
// kh, kw], as they are saved.
#pragma once

#include <cstdint>

#include <cairn/export.h>
#include <cairn/kernels/table.h>

namespace cairn::kernels {

/// The gradient of weights is summed in at most so many parts, cut by the shape alone and
/// added in order: the result does not depend on the number of threads.
constexpr std::int64_t kMostParts = 8;

/// Adds `count` numbers of all later parts, which lie `apart` elements from each other,
/// to those of the first, in order.
template <class T>
void add_parts(T* sums, std::int64_t parts, std::int64_t apart, std::int64_t count) {
  for (std::int64_t part = 1; part < parts; ++part) {
    const T* const more = sums + part * apart;
    for (std::int64_t i = 0; i < count; ++i) sums[i] += more[i];
  }
}

/// Numbers to be moved that are worth a task.
constexpr std::int64_t kTaskNumbers = 1 << 13;

/// All sizes of one convolution. Pairs are {vertical, horizontal}.
struct ConvShape {
  std::int64_t n, channels, height, width;  ///< x
  std::int64_t out, kh, kw;                 ///< filters
  std::int64_t oh, ow;                      ///< y
  std::int64_t groups;
  std::int64_t stride[2], padding[2], dilation[2];

  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_out() const { return out / groups; }
  std::int64_t taps() const { return kh * kw; }
  /// Of one filter.
  std::int64_t filter_size() const { return group_channels() * taps(); }
  /// Multiplications and additions, those with padding counted.
  double flops() const { return 2.0 * n * oh * ow * out * filter_size(); }
  /// Every channel has a filter of its own.
  bool depthwise() const { return groups > 1 && groups == channels && groups == out; }
  /// Every output pixel sees one input pixel, its own.
  bool pointwise() const {
    return taps() == 1 && stride[0] == 1 && stride[1] == 1 && padding[0] == 0 &&
           padding[1] == 0;
  }
};

/// y[n, i, j, o] = bias[o] + Σ w[o, c, p, q] · x[n, i·stride + p·dilation − padding, …,
/// c], negative results made zero if `relu`. `bias` may be null.
template <class T>
CAIRN_API void conv_forward(const ConvShape& shape, const T* x, const T* w,
                            const T* bias, bool relu, T* y,
                            const KernelTable& table = kernels());

/// The derivative with respect to x: every tap of every output adds w · dy to the pixel
/// it saw. All of dx is written.
template <class T>
CAIRN_API void conv_input_gradient(const ConvShape& shape, const T* dy, const T* w,
                                   T* dx, const KernelTable& table = kernels());

/// The derivative with respect to w: dw[o, c, p, q] = Σ over images and output pixels
/// of dy · the pixel that the tap saw. All of dw is written. The sum's order depends on
/// the shape and the processor alone, not on the number of threads.
template <class T>
CAIRN_API void conv_weight_gradient(const ConvShape& shape, const T* x, const T* dy,
                                    T* dw, const KernelTable& table = kernels());

/// The definitions, as plain loops with sums in double: what every kernel is compared
/// with.
template <class T>
CAIRN_API void conv_forward_reference(const ConvShape& shape, const T* x, const T* w,
                                      const T* bias, bool relu, T* y);
template <class T>
CAIRN_API void conv_input_gradient_reference(const ConvShape& shape, const T* dy,
                                             const T* w, T* dx);
template <class T>
CAIRN_API void conv_weight_gradient_reference(const ConvShape& shape, const T* x,
                                              const T* dy, T* dw);

}  // namespace cairn::kernels
