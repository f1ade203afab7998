#include <cairn/kernels/conv/depthwise.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/conv/strip.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kMostParts = 8;

template <class T>
Images<T> images(T* data, const ConvShape& s, std::int64_t height, std::int64_t width) {
  return {data, s.n,     height, width, s.channels, height * width * s.channels,
          width * s.channels, s.channels};
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

template <class T>
void correlate(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c) {
  const StripPlan<T> plan(c.in, c.vertical, c.horizontal, c.out.width);
  const double row_work = 2.0 * c.out.width * c.in.channels * c.horizontal.taps *
                          std::max<std::int64_t>(c.vertical.taps, 1);
  // A thread takes some rows at a time, for the sake of the rows that its strips share.
  const std::int64_t rows = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(kParallelFlops / 8 / (row_work + 1)), 4, 64);
  const Split blocks = Split::at_most(c.out.height, rows);
  parallel_for(c.out.n * blocks.parts, 1, [&](std::int64_t first, std::int64_t last) {
    const detail::ScratchBuffer scratch(plan.bytes(blocks.size(blocks.parts - 1)));
    for (std::int64_t task = first; task < last; ++task) {
      const std::int64_t n = task / blocks.parts, block = task % blocks.parts;
      const std::int64_t begin = blocks.begin(block), end = blocks.begin(block + 1);
      const Strip<T> strip = plan.strip(n, begin, end, scratch.as<T>());
      DepthwiseForward<T> f{};
      f.row.pixels = c.out.width;
      f.row.channels = c.in.channels;
      f.row.inner = c.horizontal.taps;
      f.row.x_step = c.horizontal.stride * strip.pixel;
      f.row.x_inner = c.horizontal.dilation * strip.pixel;
      f.row.x_outer = c.vertical.dilation * strip.row;
      f.w_step = c.in.channels;
      f.y_step = c.out.pixel;
      f.bias = c.bias;
      f.relu = c.relu;
      for (std::int64_t i = begin; i < end; ++i) {
        const ConvAxis::Taps taps = c.vertical.inside(i, c.in.height);
        f.row.outer = taps.last - taps.first;
        f.row.x = f.row.outer > 0 ? strip.at(c.vertical.pixel(i, taps.first)) : strip.data;
        f.w = c.filters + taps.first * c.horizontal.taps * f.w_step;
        f.y = c.out.data + n * c.out.image + i * c.out.row;
        ops.depthwise_forward(f);
      }
    }
  });
}

template <class T>
std::size_t filter_bytes(const ConvShape& s) {
  return static_cast<std::size_t>(s.taps() * s.channels) * sizeof(T);
}

}  // namespace

template <class T>
void depthwise_forward(const ConvOps<T>& ops, const ConvShape& s, const T* x, const T* w,
                       const T* bias, bool relu, T* y) {
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
  const StripPlan<T> plan(in, vertical, horizontal, s.ow);
  const Split rows = Split::at_most(s.oh, 8);
  const Split parts{s.n * rows.parts, std::min(kMostParts, s.n * rows.parts)};
  const std::int64_t size = s.taps() * s.channels;
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts.parts) *
                                     filter_bytes<T>(s));
  T* const sums = buffer.as<T>();
  std::fill(sums, sums + parts.parts * size, T(0));
  const std::int64_t grain = s.flops() < kParallelFlops / 4 ? parts.parts : 1;
  parallel_for(parts.parts, grain, [&](std::int64_t first, std::int64_t last) {
    const detail::ScratchBuffer scratch(plan.bytes(rows.size(rows.parts - 1)));
    DepthwiseGradient<T> g{};
    g.row.pixels = s.ow;
    g.row.channels = s.channels;
    g.row.inner = s.kw;
    g.dy_step = g.dw_step = s.channels;
    for (std::int64_t part = first; part < last; ++part) {
      for (std::int64_t task = parts.begin(part); task < parts.begin(part + 1); ++task) {
        const std::int64_t n = task / rows.parts, block = task % rows.parts;
        const std::int64_t begin = rows.begin(block), end = rows.begin(block + 1);
        const Strip<T> strip = plan.strip(n, begin, end, scratch.as<T>());
        g.row.x_step = horizontal.stride * strip.pixel;
        g.row.x_inner = horizontal.dilation * strip.pixel;
        g.row.x_outer = vertical.dilation * strip.row;
        for (std::int64_t i = begin; i < end; ++i) {
          const ConvAxis::Taps taps = vertical.inside(i, s.height);
          g.row.outer = taps.last - taps.first;
          if (g.row.outer == 0) continue;
          g.row.x = strip.at(vertical.pixel(i, taps.first));
          g.dy = dy + (n * s.oh + i) * s.ow * s.channels;
          g.dw = sums + part * size + taps.first * s.kw * s.channels;
          ops.depthwise_gradient(g);
        }
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
