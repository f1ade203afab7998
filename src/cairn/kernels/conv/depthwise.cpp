#include <cairn/kernels/conv/depthwise.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/conv/strip.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

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

/// Calls f(first output, outputs, taps) for the outputs [begin, end): for all those
/// whose taps lie inside an image of `extent` pixels at once, for those at its edges
/// one by one.
template <class F>
void each_piece(const ConvAxis& axis, std::int64_t begin, std::int64_t end,
                std::int64_t extent, F f) {
  const auto whole = [&](std::int64_t i) {
    const ConvAxis::Taps taps = axis.inside(i, extent);
    return taps.first == 0 && taps.last == axis.taps;
  };
  std::int64_t low = begin, high = end;
  while (low < high && !whole(low)) ++low;
  while (low < high && !whole(high - 1)) --high;
  for (std::int64_t i = begin; i < low; ++i) f(i, 1, axis.inside(i, extent));
  if (low < high) f(low, high - low, ConvAxis::Taps{0, axis.taps});
  for (std::int64_t i = high; i < end; ++i) f(i, 1, axis.inside(i, extent));
}

/// What all rows of a correlation have in common, for pixels that lie so far apart.
template <class T>
DepthwiseForward<T> row_of(const DepthwiseCorrelation<T>& c, std::int64_t row,
                           std::int64_t pixel) {
  DepthwiseForward<T> f{};
  f.row.channels = c.in.channels;
  f.row.x_step = c.horizontal.stride * pixel;
  f.row.x_inner = c.horizontal.dilation * pixel;
  f.row.x_outer = c.vertical.dilation * row;
  f.w_step = c.in.channels;
  f.w_outer = c.horizontal.taps * f.w_step;
  f.y_step = c.out.pixel;
  f.bias = c.bias;
  f.relu = c.relu;
  return f;
}

/// Row i of image n, read where it lies: pixels at the edges have taps of their own.
template <class T>
void correlate_row(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c,
                   std::int64_t n, std::int64_t i) {
  DepthwiseForward<T> f = row_of(c, c.in.row, c.in.pixel);
  const ConvAxis::Taps rows = c.vertical.inside(i, c.in.height);
  f.row.outer = rows.last - rows.first;
  const T* const row =
      c.in.data + n * c.in.image +
      (f.row.outer > 0 ? c.vertical.pixel(i, rows.first) * c.in.row : 0);
  T* const y = c.out.data + n * c.out.image + i * c.out.row;
  each_piece(c.horizontal, 0, c.out.width, c.in.width,
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

/// Rows [begin, end) of image n, from copies that have zeros beyond the edges.
template <class T>
void correlate_strip(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c,
                     const Strip<T>& strip, std::int64_t n, std::int64_t begin,
                     std::int64_t end) {
  DepthwiseForward<T> f = row_of(c, strip.row, strip.pixel);
  f.row.pixels = c.out.width;
  f.row.inner = c.horizontal.taps;
  for (std::int64_t i = begin; i < end; ++i) {
    const ConvAxis::Taps rows = c.vertical.inside(i, c.in.height);
    f.row.outer = rows.last - rows.first;
    f.row.x = f.row.outer > 0 ? strip.at(c.vertical.pixel(i, rows.first)) : strip.data;
    f.w = c.filters + rows.first * f.w_outer;
    f.y = c.out.data + n * c.out.image + i * c.out.row;
    ops.depthwise_forward(f);
  }
}

/// Whether copies of rows with zeros at their ends cost less than pixels at the edges,
/// of which few make up a tile. Where there are channels for several vectors, these are
/// taken side by side.
bool pays_to_copy(const ConvAxis& vertical, const ConvAxis& horizontal,
                  std::int64_t outputs, std::int64_t extent, std::int64_t channels) {
  const double edge = channels <= 32 ? 2 : 0.5;  // cycles for a tap
  const double copy = 1.5;                       // for a pixel
  std::int64_t edges = 0;
  for (std::int64_t j = 0; j < outputs; ++j) {
    const ConvAxis::Taps taps = horizontal.inside(j, extent);
    edges += taps.last - taps.first < horizontal.taps ? 1 : 0;
  }
  const auto copied = static_cast<double>((extent + edges) * vertical.stride);
  return static_cast<double>(edges * vertical.taps * horizontal.taps) * edge >
         copied * copy;
}

template <class T>
void correlate(const ConvOps<T>& ops, const DepthwiseCorrelation<T>& c) {
  const StripPlan<T> plan(c.in, c.vertical, c.horizontal, c.out.width);
  const bool copied =
      pays_to_copy(c.vertical, c.horizontal, c.out.width, c.in.width, c.in.channels);
  const Split blocks =
      Split::at_most(c.out.height, copied ? plan.rows_within(cache_sizes().l2 / 4) : 1);
  const double work = 2.0 * c.out.width * c.in.channels * c.horizontal.taps *
                      std::max<std::int64_t>(c.vertical.taps, 1) * blocks.size(0);
  const auto grain = static_cast<std::int64_t>(1 + kParallelFlops / 8 / (work + 1));
  parallel_for(
      c.out.n * blocks.parts, grain, [&](std::int64_t first, std::int64_t last) {
        const std::int64_t most = blocks.size(blocks.parts - 1);
        const detail::ScratchBuffer scratch(copied ? plan.bytes(most) : sizeof(T));
        if (copied) plan.prepare(most, scratch.as<T>());
        for (std::int64_t task = first; task < last; ++task) {
          const std::int64_t n = task / blocks.parts, block = task % blocks.parts;
          const std::int64_t begin = blocks.begin(block), end = blocks.begin(block + 1);
          if (!copied) {
            correlate_row(ops, c, n, begin);
          } else {
            correlate_strip(ops, c, plan.strip(n, begin, end, scratch.as<T>()), n,
                            begin, end);
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

namespace {

/// The gradient of the filters, [vertical tap][horizontal tap][channel], from some
/// rows.
template <class T>
class DepthwiseSums {
 public:
  DepthwiseSums(const ConvOps<T>& ops, const ConvShape& s, const T* x, const T* dy)
      : ops_(ops),
        s_(s),
        in_(images(x, s, s.height, s.width)),
        out_(images(dy, s, s.oh, s.ow)),
        vertical_{s.kh, s.stride[0], s.dilation[0], -s.padding[0]},
        horizontal_{s.kw, s.stride[1], s.dilation[1], -s.padding[1]} {}

  /// Adds rows [begin, end), counted through all images, to `sum`.
  void add_rows(std::int64_t begin, std::int64_t end, T* sum) const {
    while (begin < end) {
      const std::int64_t n = begin / s_.oh, first = begin % s_.oh;
      const std::int64_t last = std::min(s_.oh, first + end - begin);
      each_piece(horizontal_, 0, s_.ow, s_.width,
                 [&](std::int64_t j, std::int64_t columns, ConvAxis::Taps right) {
                   if (right.first == right.last) return;
                   add_columns(n, first, last, j, columns, right, sum);
                 });
      begin += last - first;
    }
  }

 private:
  /// Columns that meet the same taps. A kernel is called for many outputs: along the
  /// rows, or, at the edges, down the columns.
  void add_columns(std::int64_t n, std::int64_t first, std::int64_t last,
                   std::int64_t j, std::int64_t columns, ConvAxis::Taps right,
                   T* sum) const {
    each_piece(vertical_, first, last, s_.height,
               [&](std::int64_t i, std::int64_t rows, ConvAxis::Taps down) {
                 if (down.first == down.last) return;
                 const bool along = columns >= 8 || columns >= rows;
                 for (std::int64_t k = 0; k < (along ? rows : columns); ++k) {
                   add_run(n, along ? i + k : i, along ? j : j + k, along,
                           along ? columns : rows, down, right, sum);
                 }
               });
  }

  /// `outputs` of image n from (i, j), along a row or down a column.
  void add_run(std::int64_t n, std::int64_t i, std::int64_t j, bool along,
               std::int64_t outputs, ConvAxis::Taps down, ConvAxis::Taps right,
               T* sum) const {
    DepthwiseGradient<T> g{};
    g.row.pixels = outputs;
    g.row.channels = s_.channels;
    g.row.outer = down.last - down.first;
    g.row.inner = right.last - right.first;
    g.row.x = in_.data + n * in_.image + vertical_.pixel(i, down.first) * in_.row +
              horizontal_.pixel(j, right.first) * in_.pixel;
    g.row.x_step = along ? horizontal_.stride * in_.pixel : vertical_.stride * in_.row;
    g.row.x_inner = horizontal_.dilation * in_.pixel;
    g.row.x_outer = vertical_.dilation * in_.row;
    g.dy = out_.data + n * out_.image + i * out_.row + j * out_.pixel;
    g.dy_step = along ? out_.pixel : out_.row;
    g.dw_step = s_.channels;
    g.dw_outer = s_.kw * s_.channels;
    g.dw = sum + down.first * g.dw_outer + right.first * g.dw_step;
    ops_.depthwise_gradient(g);
  }

  const ConvOps<T>& ops_;
  const ConvShape& s_;
  Images<const T> in_, out_;
  ConvAxis vertical_, horizontal_;
};

}  // namespace

template <class T>
void depthwise_weight_gradient(const ConvOps<T>& ops, const ConvShape& s, const T* x,
                               const T* dy, T* dw) {
  const DepthwiseSums<T> gradient(ops, s, x, dy);
  const Split parts{s.n * s.oh, std::min(kMostParts, s.n * s.oh)};
  const std::int64_t size = s.taps() * s.channels;
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts.parts) *
                                     filter_bytes<T>(s));
  T* const sums = buffer.as<T>();
  std::fill(sums, sums + parts.parts * size, T(0));
  const std::int64_t grain = s.flops() < kParallelFlops / 4 ? parts.parts : 1;
  parallel_for(parts.parts, grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      gradient.add_rows(parts.begin(part), parts.begin(part + 1), sums + part * size);
    }
  });
  for (std::int64_t part = 1; part < parts.parts; ++part) {
    const T* const more = sums + part * size;
    for (std::int64_t k = 0; k < size; ++k) sums[k] += more[k];
  }
  for (std::int64_t c = 0; c < s.channels; ++c) {
    for (std::int64_t tap = 0; tap < s.taps(); ++tap) {
      dw[c * s.taps() + tap] = sums[tap * s.channels + c];
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
