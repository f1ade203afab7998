// The gradient of depthwise filters: sums over the pixels of all rows, a part of them at
// a time.
#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/depthwise.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

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

/// The gradient of the filters, [vertical tap][horizontal tap][channel], from some
/// rows.
template <class T>
class DepthwiseSums {
 public:
  DepthwiseSums(const ConvOps<T>& ops, const ConvShape& s, const T* x, const T* dy)
      : ops_(ops),
        s_(s),
        in_(dense_images(x, s.n, s.height, s.width, s.channels)),
        out_(dense_images(dy, s.n, s.oh, s.ow, s.channels)),
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
    g.pixels = outputs;
    g.channels = s_.channels;
    g.outer = down.last - down.first;
    g.inner = right.last - right.first;
    g.x = in_.data + n * in_.image + vertical_.pixel(i, down.first) * in_.row +
          horizontal_.pixel(j, right.first) * in_.pixel;
    g.x_step = along ? horizontal_.stride * in_.pixel : vertical_.stride * in_.row;
    g.x_inner = horizontal_.dilation * in_.pixel;
    g.x_outer = vertical_.dilation * in_.row;
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
void depthwise_weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw,
                               const KernelTable& table) {
  const DepthwiseSums<T> gradient(conv_ops<T>(table), s, x, dy);
  const Split parts{s.n * s.oh, std::min(kMostParts, s.n * s.oh)};
  const std::int64_t size = s.taps() * s.channels;
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts.parts * size) *
                                     sizeof(T));
  T* const sums = buffer.as<T>();
  std::fill(sums, sums + parts.parts * size, T(0));
  const std::int64_t grain = s.flops() < kParallelFlops / 4 ? parts.parts : 1;
  parallel_for(parts.parts, grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      gradient.add_rows(parts.begin(part), parts.begin(part + 1), sums + part * size);
    }
  });
  add_parts(sums, parts.parts, size, size);
  gemm_ops<T>(table).turn(sums, s.channels, s.channels, s.taps(), dw, s.taps());
}

template void depthwise_weight_gradient(const ConvShape&, const float*, const float*,
                                        float*, const KernelTable&);
template void depthwise_weight_gradient(const ConvShape&, const double*, const double*,
                                        double*, const KernelTable&);

}  // namespace cairn::kernels
