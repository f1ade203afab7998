#include <cairn/kernels/conv/depthwise.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/conv/pixel_table.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kPixels = 8;  // that a kernel takes at a time, at most

/// y(i, j, c) = Σ over taps of the image · filters, as Correlation, channel by channel.
template <class T>
struct DepthwiseCorrelation {
  Images<const T> in;
  Images<T> out;
  ConvAxis vertical, horizontal;
  const T* filters;  // of tap (0, 0)
  std::int64_t w_outer, w_step;
  const T* bias;
  bool relu;

  PixelTable<T> table() const {
    return {in, vertical, horizontal, out.width, std::min(kPixels, out.width)};
  }

  /// Rows [begin, end) of image n.
  void run(const ConvOps<T>& ops, std::int64_t n, std::int64_t begin, std::int64_t end,
           const T* zeros, void* memory) const {
    if (begin >= end) return;
    PixelTable<T> addresses = table();
    addresses.fill(n, begin, end, zeros, memory);
    DepthwiseForward<T> f{};
    f.pixels = out.width;
    f.channels = in.channels;
    f.inner = horizontal.taps;
    f.x_step = horizontal.stride;
    f.x_inner = horizontal.dilation;
    f.x_outer = vertical.dilation * addresses.columns();
    f.w_outer = w_outer;
    f.w_step = w_step;
    f.y_step = out.pixel;
    f.bias = bias;
    f.relu = relu;
    for (std::int64_t i = begin; i < end; ++i) {
      const ConvAxis::Taps taps = vertical.inside(i, in.height);
      f.outer = taps.last - taps.first;
      if (f.outer > 0) f.x = addresses.row(vertical.pixel(i, taps.first));
      f.w = filters + taps.first * w_outer;
      f.y = out.data + n * out.image + i * out.row;
      if (far() && dense()) {
        f.x_ahead = in.data + n * in.image +
                    (vertical.pixel(i, vertical.taps - 1) + 1) * in.row;
        f.y_ahead = f.y + out.row;
        f.x_share = f.y_share = 1;
      }
      ops.depthwise_forward(f);
    }
  }

  /// Where a stride passes over much of an image, to ask for what is next did not pay.
  bool dense() const {
    return vertical.stride * horizontal.stride == 1 && out.pixel == out.channels;
  }
  /// What comes from the L2, or from near it, need not be asked for.
  bool far() const {
    const std::int64_t all = in.n * in.image + out.n * out.image;
    return all * static_cast<std::int64_t>(sizeof(T)) > 8 * cache_sizes().l2;
  }
};

/// Rows of an image that are one task: few enough for what they write to stay near, and
/// tasks for all threads.
template <class T>
Split blocks_of(const DepthwiseCorrelation<T>& c) {
  constexpr std::int64_t kMostRows = 16;
  const std::int64_t near = cache_sizes().l2 / 4;
  const std::int64_t row = c.out.row * static_cast<std::int64_t>(sizeof(T));
  std::int64_t rows = std::min(
      {kMostRows, std::max<std::int64_t>(1, near / row), c.table().rows_within(near)});
  if (num_threads() > 1) {
    rows =
        std::clamp<std::int64_t>(c.out.n * c.out.height / (4 * num_threads()), 1, rows);
  }
  return Split::at_most(c.out.height, rows);
}

/// Several correlations of the same images, the first of which has the most rows: some
/// rows of each, while they are near.
template <class T>
void correlate(const ConvOps<T>& ops, const DepthwiseCorrelation<T>* all,
               std::int64_t count, double flops) {
  const Images<T>& out = all->out;
  const detail::ScratchBuffer zeros(static_cast<std::size_t>(out.channels) * sizeof(T));
  std::fill_n(zeros.as<T>(), out.channels, T(0));
  const Split blocks = blocks_of(*all);
  const std::int64_t most = blocks.size(blocks.parts - 1);
  std::size_t bytes = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    bytes = std::max(bytes, all[k].table().bytes(most));
  }
  const std::int64_t tasks = out.n * blocks.parts;
  const auto grain =
      static_cast<std::int64_t>(1 + kParallelFlops / 8 / (flops / tasks + 1));
  parallel_for(tasks, grain, [&](std::int64_t first, std::int64_t last) {
    const detail::ScratchBuffer memory(bytes);
    for (std::int64_t task = first; task < last; ++task) {
      const std::int64_t n = task / blocks.parts, block = task % blocks.parts;
      for (std::int64_t k = 0; k < count; ++k) {
        all[k].run(ops, n, blocks.begin(block),
                   std::min(blocks.begin(block + 1), all[k].out.height), zeros.as<T>(),
                   memory.data());
      }
    }
  });
}

/// Filters as [tap][channel].
template <class T>
class TurnedFilters {
 public:
  TurnedFilters(const ConvShape& s, const T* w, const KernelTable& table)
      : buffer_(static_cast<std::size_t>(s.taps() * s.channels) * sizeof(T)) {
    gemm_ops<T>(table).transpose(w, s.taps(), s.taps(), s.channels, buffer_.as<T>(),
                                 s.channels);
  }
  const T* data() const { return buffer_.as<T>(); }

 private:
  detail::ScratchBuffer buffer_;
};

}  // namespace

template <class T>
void depthwise_forward(const ConvShape& s, const T* x, const T* w, const T* bias,
                       bool relu, T* y, const KernelTable& table) {
  const TurnedFilters<T> filters(s, w, table);
  const DepthwiseCorrelation<T> c{dense_images(x, s.n, s.height, s.width, s.channels),
                                  dense_images(y, s.n, s.oh, s.ow, s.channels),
                                  {s.kh, s.stride[0], s.dilation[0], -s.padding[0]},
                                  {s.kw, s.stride[1], s.dilation[1], -s.padding[1]},
                                  filters.data(),
                                  s.kw * s.channels,
                                  s.channels,
                                  bias,
                                  relu};
  correlate(conv_ops<T>(table), &c, 1, s.flops());
}

template <class T>
void depthwise_input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx,
                              const KernelTable& table) {
  const TurnedFilters<T> filters(s, w, table);
  const std::int64_t down_phases = std::min(s.stride[0], s.height);
  const std::int64_t right_phases = std::min(s.stride[1], s.width);
  const detail::ScratchBuffer buffer(
      static_cast<std::size_t>(down_phases * right_phases) *
      sizeof(DepthwiseCorrelation<T>));
  DepthwiseCorrelation<T>* const phases = buffer.as<DepthwiseCorrelation<T>>();
  const Images<T> all = dense_images(dx, s.n, s.height, s.width, s.channels);
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < down_phases; ++i) {
    const Phase down(s, 0, i);
    for (std::int64_t j = 0; j < right_phases; ++j) {
      const Phase right(s, 1, j);
      Images<T> out = all;
      out.data += i * all.row + j * all.pixel;
      out.height = down.pixels, out.width = right.pixels;
      out.row *= s.stride[0], out.pixel *= s.stride[1];
      // The last tap first, and backwards from there.
      const std::int64_t p = down.first + (down.axis.taps - 1) * down.step;
      const std::int64_t q = right.first + (right.axis.taps - 1) * right.step;
      const bool reached = down.axis.taps * right.axis.taps > 0;
      phases[count++] = {dense_images(dy, s.n, s.oh, s.ow, s.channels),
                         out,
                         down.axis,
                         right.axis,
                         filters.data() + (reached ? (p * s.kw + q) * s.channels : 0),
                         -down.step * s.kw * s.channels,
                         -right.step * s.channels,
                         nullptr,
                         false};
    }
  }
  correlate(conv_ops<T>(table), phases, count, s.flops());
}

template void depthwise_forward(const ConvShape&, const float*, const float*,
                                const float*, bool, float*, const KernelTable&);
template void depthwise_forward(const ConvShape&, const double*, const double*,
                                const double*, bool, double*, const KernelTable&);
template void depthwise_input_gradient(const ConvShape&, const float*, const float*,
                                       float*, const KernelTable&);
template void depthwise_input_gradient(const ConvShape&, const double*, const double*,
                                       double*, const KernelTable&);

}  // namespace cairn::kernels
