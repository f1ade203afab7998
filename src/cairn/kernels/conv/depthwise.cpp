#include <cairn/kernels/conv/depthwise.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/phase.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kMostParts = 8;

template <class T>
Images<T> images(T* data, const ConvShape& s, std::int64_t height, std::int64_t width) {
  return {data,
          s.n,
          height,
          width,
          s.channels,
          height * width * s.channels,
          width * s.channels,
          s.channels};
}

/// y(i, j, c) = Σ over taps of the image · filters, as Correlation, channel by channel.
/// `filters` is [vertical tap][horizontal tap][channel].
template <class T>
struct DepthwiseCorrelation {
  Images<const T> in;
  Images<T> out;
  ConvAxis vertical, horizontal;
  const T* filters;
  const T* bias;
  bool relu;
};

/// Calls f(first output, outputs, taps) for the outputs at the left edge one by one,
/// for all those whose taps lie inside the image at once, and for those at the right
/// edge. Nothing is copied: depthwise filters do too little to pay for it.
template <class F>
void each_piece(const ConvAxis& axis, std::int64_t outputs, std::int64_t extent, F f) {
  const auto whole = [&](std::int64_t j) {
    const ConvAxis::Taps taps = axis.inside(j, extent);
    return taps.first == 0 && taps.last == axis.taps;
  };
  std::int64_t begin = 0, end = outputs;
  while (begin < end && !whole(begin)) ++begin;
  while (begin < end && !whole(end - 1)) --end;
  for (std::int64_t j = 0; j < begin; ++j) f(j, 1, axis.inside(j, extent));
  if (begin < end) f(begin, end - begin, ConvAxis::Taps{0, axis.taps});
  for (std::int64_t j = end; j < outputs; ++j) f(j, 1, axis.inside(j, extent));
}

template <class T>
void correlate_row(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c,
                   std::int64_t n, std::int64_t i) {
  DepthwiseForward<T> f{};
  const ConvAxis::Taps rows = c.vertical.inside(i, c.in.height);
  f.row.channels = c.in.channels;
  f.row.outer = rows.last - rows.first;
  f.row.x_step = c.horizontal.stride * c.in.pixel;
  f.row.x_inner = c.horizontal.dilation * c.in.pixel;
  f.row.x_outer = c.vertical.dilation * c.in.row;
  f.w_step = c.in.channels;
  f.w_outer = c.horizontal.taps * f.w_step;
  f.y_step = c.out.pixel;
  f.bias = c.bias;
  f.relu = c.relu;
  const T* const row =
      c.in.data + n * c.in.image +
      (f.row.outer > 0 ? c.vertical.pixel(i, rows.first) * c.in.row : 0);
  T* const y = c.out.data + n * c.out.image + i * c.out.row;
  each_piece(c.horizontal, c.out.width, c.in.width,
             [&](std::int64_t j, std::int64_t count, ConvAxis::Taps taps) {
               f.row.pixels = count;
               f.row.inner = taps.last - taps.first;
               f.row.x = row;
               if (f.row.inner > 0) {
                 f.row.x += c.horizontal.pixel(j, taps.first) * c.in.pixel;
               }
               f.w = c.filters + rows.first * f.w_outer + taps.first * f.w_step;
               f.y = y + j * c.out.pixel;
               ops.depthwise_forward(f);
             });
}

template <class T>
void correlate(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c) {
  const double row_work = 2.0 * c.out.width * c.in.channels * c.horizontal.taps *
                          std::max<std::int64_t>(c.vertical.taps, 1);
  const auto grain = static_cast<std::int64_t>(1 + kParallelFlops / 8 / (row_work + 1));
  parallel_for(c.out.n * c.out.height, grain,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t task = begin; task < end; ++task) {
                   correlate_row(ops, c, task / c.out.height, task % c.out.height);
                 }
               });
}

template <class T>
std::size_t filter_bytes(const ConvShape& s) {
  return static_cast<std::size_t>(s.taps() * s.channels) * sizeof(T);
}

}  // namespace

template <class T>
void depthwise_forward(const ConvOps<T>& ops, const ConvShape& s, const T* x,
                       const T* w, const T* bias, bool relu, T* y) {
  const detail::ScratchBuffer packed(filter_bytes<T>(s));
  T* const filters = packed.as<T>();
  for (std::int64_t c = 0; c < s.channels; ++c) {
    for (std::int64_t tap = 0; tap < s.taps(); ++tap) {
      filters[tap * s.channels + c] = w[c * s.taps() + tap];
    }
  }
  correlate<T>(ops, {images(x, s, s.height, s.width),
                     images(y, s, s.oh, s.ow),
                     {s.kh, s.stride[0], s.dilation[0], -s.padding[0]},
                     {s.kw, s.stride[1], s.dilation[1], -s.padding[1]},
                     filters,
                     bias,
                     relu});
}

template <class T>
void depthwise_input_gradient(const ConvOps<T>& ops, const ConvShape& s, const T* dy,
                              const T* w, T* dx) {
  const detail::ScratchBuffer packed(filter_bytes<T>(s));
  T* const filters = packed.as<T>();
  const Images<T> all = images(dx, s, s.height, s.width);
  for (std::int64_t i = 0; i < std::min(s.stride[0], s.height); ++i) {
    const Phase down(s, 0, i);
    for (std::int64_t j = 0; j < std::min(s.stride[1], s.width); ++j) {
      const Phase right(s, 1, j);
      T* to = filters;
      for (std::int64_t p = down.axis.taps - 1; p >= 0; --p) {
        for (std::int64_t q = right.axis.taps - 1; q >= 0; --q) {
          const std::int64_t tap =
              (down.first + p * down.step) * s.kw + right.first + q * right.step;
          for (std::int64_t c = 0; c < s.channels; ++c) *to++ = w[c * s.taps() + tap];
        }
      }
      Images<T> out = all;
      out.data += i * all.row + j * all.pixel;
      out.height = down.pixels, out.width = right.pixels;
      out.row *= s.stride[0], out.pixel *= s.stride[1];
      correlate<T>(ops, {images(dy, s, s.oh, s.ow), out, down.axis, right.axis, filters,
                         nullptr, false});
    }
  }
}

template <class T>
void depthwise_weight_gradient(const ConvOps<T>& ops, const ConvShape& s, const T* x,
                               const T* dy, T* dw) {
  const Images<const T> in = images(x, s, s.height, s.width);
  const ConvAxis vertical{s.kh, s.stride[0], s.dilation[0], -s.padding[0]};
  const ConvAxis horizontal{s.kw, s.stride[1], s.dilation[1], -s.padding[1]};
  const Split parts{s.n * s.oh, std::min(kMostParts, s.n * s.oh)};
  const std::int64_t size = s.taps() * s.channels;
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts.parts) *
                                     filter_bytes<T>(s));
  T* const sums = buffer.as<T>();
  std::fill(sums, sums + parts.parts * size, T(0));
  const auto add_row = [&](std::int64_t n, std::int64_t i, T* sum) {
    DepthwiseGradient<T> g{};
    const ConvAxis::Taps rows = vertical.inside(i, s.height);
    g.row.channels = s.channels;
    g.row.outer = rows.last - rows.first;
    g.row.x_step = horizontal.stride * in.pixel;
    g.row.x_inner = horizontal.dilation * in.pixel;
    g.row.x_outer = vertical.dilation * in.row;
    g.dy_step = g.dw_step = s.channels;
    g.dw_outer = s.kw * s.channels;
    if (g.row.outer == 0) return;
    const T* const row =
        in.data + n * in.image + vertical.pixel(i, rows.first) * in.row;
    each_piece(horizontal, s.ow, s.width,
               [&](std::int64_t j, std::int64_t count, ConvAxis::Taps taps) {
                 g.row.pixels = count;
                 g.row.inner = taps.last - taps.first;
                 if (g.row.inner == 0) return;
                 g.row.x = row + horizontal.pixel(j, taps.first) * in.pixel;
                 g.dy = dy + ((n * s.oh + i) * s.ow + j) * s.channels;
                 g.dw = sum + rows.first * g.dw_outer + taps.first * g.dw_step;
                 ops.depthwise_gradient(g);
               });
  };
  const std::int64_t grain = s.flops() < kParallelFlops / 4 ? parts.parts : 1;
  parallel_for(parts.parts, grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      for (std::int64_t row = parts.begin(part); row < parts.begin(part + 1); ++row) {
        add_row(row / s.oh, row % s.oh, sums + part * size);
      }
    }
  });
  for (std::int64_t c = 0; c < s.channels; ++c) {
    for (std::int64_t tap = 0; tap < s.taps(); ++tap) {
      T sum = sums[tap * s.channels + c];
      for (std::int64_t part = 1; part < parts.parts; ++part) {
        sum += sums[part * size + tap * s.channels + c];
      }
      dw[c * s.taps() + tap] = sum;
    }
  }
}

template void depthwise_forward(const ConvOps<float>&, const ConvShape&, const float*,
                                const float*, const float*, bool, float*);
template void depthwise_forward(const ConvOps<double>&, const ConvShape&, const double*,
                                const double*, const double*, bool, double*);
template void depthwise_input_gradient(const ConvOps<float>&, const ConvShape&,
                                       const float*, const float*, float*);
template void depthwise_input_gradient(const ConvOps<double>&, const ConvShape&,
                                       const double*, const double*, double*);
template void depthwise_weight_gradient(const ConvOps<float>&, const ConvShape&,
                                        const float*, const float*, float*);
template void depthwise_weight_gradient(const ConvOps<double>&, const ConvShape&,
                                        const double*, const double*, double*);

}  // namespace cairn::kernels
