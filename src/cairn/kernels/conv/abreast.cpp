// The forward pass and the gradient of the input, images abreast.
//
//   for a group of images and some rows     gather the rows of input they need
//     for a row of results
//       for a panel of channels
//         for tiles of pixels               one call: the taps are summed in registers
//     scatter the results
#include <cairn/kernels/conv/abreast.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/abreast_rows.h>
#include <cairn/kernels/conv/abreast_tiling.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

/// Stretches of taps shorter than this are better taken as one list: a loop that ends
/// soon is badly predicted.
constexpr std::int64_t kShortStretch = 32;

/// Tiles of one width beside each other whose pixels meet the same columns of taps.
struct Segment {
  std::int64_t pixel, across, tiles;
  ConvAxis::Taps taps;
};

/// Every `step`-th row or column of the results from `first`, `count` of them.
struct Every {
  std::int64_t first, step, count;
};

/// Results that meet the input in one way: all of them, or a phase of the pixels of a
/// gradient.
template <class T>
struct Pass {
  ConvAxis vertical, horizontal;
  Every rows, columns;
  T* filters;  // panel by panel: [vertical tap][horizontal tap][channel of in][result]
  // Set by Abreast::run:
  Segment* segments;
  std::int64_t segment_count;
  std::int64_t* offsets;  // where the taps lie, if they are taken as a list; or null

  bool has_short_stretches(std::int64_t channels) const {
    return horizontal.taps * channels < kShortStretch;
  }
};

/// Tiles of a result. What else there is to do for a tile makes few large ones better
/// than many small ones; tall ones read the pixels less often.
constexpr TilingCost kTileCost{0.5, true};

/// Cuts a row of results into tiles of at most `most` pixels. Columns of taps that none
/// of a tile's pixels meets are left out, unless the taps are a list.
template <class T>
void cut_row(Pass<T>& p, const AbreastImages<const T>& in, std::int64_t most) {
  const bool whole = p.has_short_stretches(in.channels);
  const std::int64_t columns = p.columns.count, tiles = ceil_div(columns, most);
  std::int64_t pixel = 0;
  p.segment_count = 0;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    const std::int64_t across = columns / tiles + (tile < columns % tiles ? 1 : 0);
    ConvAxis::Taps taps{0, 0};
    for (std::int64_t j = 0; j < across; ++j) {
      const ConvAxis::Taps more = p.horizontal.inside(pixel + j, in.width);
      if (more.first >= more.last) continue;
      const bool first = taps.first >= taps.last;
      taps.first = first ? more.first : std::min(taps.first, more.first);
      taps.last = first ? more.last : std::max(taps.last, more.last);
    }
    if (whole) taps = {0, p.horizontal.taps};
    Segment* const last = p.segments + p.segment_count - 1;
    if (p.segment_count > 0 && last->across == across &&
        last->taps.first == taps.first && last->taps.last == taps.last) {
      ++last->tiles;
    } else {
      p.segments[p.segment_count++] = {pixel, across, 1, taps};
    }
    pixel += across;
  }
}

template <class T>
class Abreast {
 public:
  Abreast(const AbreastOps<T>& ops, const AbreastImages<const T>& in,
          const AbreastImages<T>& out, const T* bias, bool relu, std::int64_t columns)
      : ops_(ops),
        in_(in),
        out_(out),
        bias_(bias),
        relu_(relu),
        panels_(
            cheapest_tiling(out.channels, columns, ops.most_across, kTileCost).rows) {}

  const Split& panels() const { return panels_; }

  void run(Pass<T>* passes, std::int64_t count) const {
    std::int64_t columns = 0, taps = 0;
    for (const Pass<T>* p = passes; p < passes + count; ++p) {
      columns += p->columns.count;
      taps +=
          p->vertical.taps * std::min(p->horizontal.taps * in_.channels, kShortStretch);
    }
    const detail::ScratchBuffer segments(static_cast<std::size_t>(columns) *
                                         sizeof(Segment));
    const detail::ScratchBuffer offsets(static_cast<std::size_t>(taps) *
                                        sizeof(std::int64_t));
    const AbreastRow lie = row_for(passes, count);
    Segment* segment = segments.as<Segment>();
    std::int64_t* offset = offsets.as<std::int64_t>();
    for (Pass<T>* p = passes; p < passes + count; ++p) {
      p->segments = segment;
      cut_row(*p, in_, ops_.most_across[panels_.size(panels_.parts - 1)]);
      segment += p->columns.count;
      offset = list_taps(*p, lie, offset);
    }
    run_blocks(passes, count, lie);
  }

 private:
  struct Range {
    std::int64_t begin, end;
  };

  /// With as many columns of zeros as any pixel's taps reach beyond the image.
  AbreastRow row_for(const Pass<T>* passes, std::int64_t count) const {
    std::int64_t left = 0, right = 0;
    for (const Pass<T>* p = passes; p < passes + count; ++p) {
      const ConvAxis& h = p->horizontal;
      if (p->columns.count == 0 || h.taps == 0) continue;
      left = std::max(left, -h.offset);
      right =
          std::max(right, h.pixel(p->columns.count - 1, h.taps - 1) + 1 - in_.width);
    }
    return {in_, ops_.width, left, right};
  }

  /// Returns what is left of the list.
  std::int64_t* list_taps(Pass<T>& p, const AbreastRow& lie,
                          std::int64_t* offset) const {
    p.offsets = nullptr;
    if (!p.has_short_stretches(in_.channels)) return offset;
    p.offsets = offset;
    for (std::int64_t i = 0; i < p.vertical.taps; ++i) {
      for (std::int64_t j = 0; j < p.horizontal.taps; ++j) {
        for (std::int64_t c = 0; c < in_.channels; ++c) {
          *offset++ = i * p.vertical.dilation * lie.row +
                      j * p.horizontal.dilation * lie.pixel + c * ops_.width;
        }
      }
    }
    return offset;
  }

  void run_blocks(const Pass<T>* passes, std::int64_t count,
                  const AbreastRow& lie) const {
    // Rows of the result that, with what they need, take a quarter of the L2.
    double flops = 0;
    std::int64_t halo = 1, stride = 1;
    for (const Pass<T>* p = passes; p < passes + count; ++p) {
      halo = std::max(halo, (p->vertical.taps - 1) * p->vertical.dilation + 1);
      stride = std::max(stride, p->vertical.stride);
      flops += 2.0 * static_cast<double>(p->rows.count * p->columns.count * in_.n) *
               static_cast<double>(p->vertical.taps * p->horizontal.taps) *
               static_cast<double>(in_.channels * out_.channels);
    }
    const std::int64_t out_row = out_.row() * ops_.width;
    const std::int64_t room =
        cache_sizes().l2 / 4 / static_cast<std::int64_t>(sizeof(T));
    const Split blocks = Split::at_most(
        out_.height, std::max<std::int64_t>(
                         1, (room - halo * lie.row) / (out_row + stride * lie.row)));
    std::int64_t in_rows = 1;
    for (std::int64_t b = 0; b < blocks.parts; ++b) {
      const Range met = rows_met(passes, count, {blocks.begin(b), blocks.begin(b + 1)});
      in_rows = std::max(in_rows, met.end - met.begin);
    }
    const std::int64_t tasks = ceil_div(in_.n, ops_.width) * blocks.parts;
    const auto x_size = static_cast<std::size_t>(in_rows * lie.row) * sizeof(T);
    const auto y_size =
        static_cast<std::size_t>(blocks.size(blocks.parts - 1) * out_row) * sizeof(T);
    const std::int64_t grain = flops < 2 * kTaskFlops ? tasks : 1;
    parallel_for(tasks, grain, [&](std::int64_t first, std::int64_t last) {
      const detail::ScratchBuffer x(x_size), y(y_size);
      for (std::int64_t task = first; task < last; ++task) {
        const std::int64_t block = task % blocks.parts;
        run_block(passes, count, lie, task / blocks.parts,
                  {blocks.begin(block), blocks.begin(block + 1)}, x.as<T>(), y.as<T>());
      }
    });
  }

  /// The first row of a pass that is not above row `at` of the result.
  static std::int64_t first_row(const Pass<T>& p, std::int64_t at) {
    if (at <= p.rows.first) return 0;
    return std::min(p.rows.count, ceil_div(at - p.rows.first, p.rows.step));
  }

  /// The rows of the input that some rows of the result meet.
  Range rows_met(const Pass<T>* passes, std::int64_t count, Range rows) const {
    Range met{in_.height, 0};
    for (const Pass<T>* p = passes; p < passes + count; ++p) {
      const ConvAxis& v = p->vertical;
      const std::int64_t first = first_row(*p, rows.begin);
      const std::int64_t last = first_row(*p, rows.end);
      if (first == last || v.taps == 0) continue;
      met.begin = std::min(met.begin, v.pixel(first, 0));
      met.end = std::max(met.end, v.pixel(last - 1, v.taps - 1) + 1);
    }
    return {std::max<std::int64_t>(met.begin, 0), std::min(met.end, in_.height)};
  }

  /// Some rows of the results of a group.
  void run_block(const Pass<T>* passes, std::int64_t count, const AbreastRow& lie,
                 std::int64_t group, Range rows, T* x, T* y) const {
    const Range met = rows_met(passes, count, rows);
    gather_rows(ops_, in_, lie, group, met.begin, met.end, x);
    for (const Pass<T>* p = passes; p < passes + count; ++p) {
      const std::int64_t last = first_row(*p, rows.end);
      for (std::int64_t i = first_row(*p, rows.begin); i < last; ++i) {
        const std::int64_t row = p->rows.first + i * p->rows.step - rows.begin;
        run_row(*p, lie, x, met.begin, i,
                y + (row * out_.width + p->columns.first) * out_.channels * ops_.width);
      }
    }
    const std::int64_t first = group * ops_.width;
    ops_.scatter(y, (rows.end - rows.begin) * out_.row(), out_.at(first, rows.begin),
                 out_.image(),
                 static_cast<int>(std::min<std::int64_t>(ops_.width, out_.n - first)));
  }

  /// Row i of a pass; x begins with row `low` of the input.
  void run_row(const Pass<T>& p, const AbreastRow& lie, const T* x, std::int64_t low,
               std::int64_t i, T* y) const {
    const ConvAxis &h = p.horizontal, &v = p.vertical;
    const ConvAxis::Taps down = v.inside(i, in_.height);
    const bool joined = h.dilation == 1;  // a row of taps is one stretch
    AbreastTiles<T> t{};
    t.outer = down.last - down.first;
    t.x_pixel = h.stride * lie.pixel;
    t.x_inner = h.dilation * lie.pixel;
    t.x_outer = v.dilation * lie.row;
    t.offsets = p.offsets;
    t.y_pixel = p.columns.step * out_.channels * ops_.width;
    t.relu = relu_;
    if (t.outer > 0) x += (v.pixel(i, down.first) - low) * lie.row;
    for (std::int64_t panel = 0; panel < panels_.parts; ++panel) {
      const std::int64_t high = panels_.size(panel), channel = panels_.begin(panel);
      t.w_inner = in_.channels * high;
      t.w_outer = h.taps * t.w_inner;
      t.bias = bias_ == nullptr ? nullptr : bias_ + channel;
      const T* const w =
          p.filters + channel * v.taps * h.taps * in_.channels + down.first * t.w_outer;
      for (const Segment* s = p.segments; s < p.segments + p.segment_count; ++s) {
        const std::int64_t taps = s->taps.last - s->taps.first;
        t.inner = joined ? 1 : taps;
        t.depth = joined ? taps * in_.channels : in_.channels;
        if (p.offsets != nullptr) t.depth = t.outer * taps * in_.channels;
        t.tiles = s->tiles;
        t.w = w + s->taps.first * t.w_inner;
        t.x = x + (lie.left + h.pixel(s->pixel, s->taps.first)) * lie.pixel;
        t.y = y + s->pixel * t.y_pixel + channel * ops_.width;
        ops_.tiles[high][s->across](t);
      }
    }
  }

  const AbreastOps<T>& ops_;
  AbreastImages<const T> in_;
  AbreastImages<T> out_;
  const T* bias_;
  bool relu_;
  Split panels_;  // of the result's channels
};

/// Filters for a pass: weight(result, channel of in, vertical tap, horizontal tap).
template <class T, class Weight>
void pack(const Split& panels, const Pass<T>& p, std::int64_t channels,
          const Weight& weight) {
  T* to = p.filters;
  for (std::int64_t panel = 0; panel < panels.parts; ++panel) {
    const std::int64_t first = panels.begin(panel), high = panels.size(panel);
    for (std::int64_t i = 0; i < p.vertical.taps; ++i) {
      for (std::int64_t j = 0; j < p.horizontal.taps; ++j) {
        for (std::int64_t c = 0; c < channels; ++c) {
          for (std::int64_t r = 0; r < high; ++r) *to++ = weight(first + r, c, i, j);
        }
      }
    }
  }
}

}  // namespace

template <class T>
void abreast_forward(const AbreastOps<T>& ops, const ConvShape& s, const T* x,
                     const T* w, const T* bias, bool relu, T* y) {
  const AbreastImages<const T> in{x, s.n, s.height, s.width, s.channels};
  const AbreastImages<T> out{y, s.n, s.oh, s.ow, s.out};
  const Abreast<T> all(ops, in, out, bias, relu, s.ow);
  const detail::ScratchBuffer filters(
      static_cast<std::size_t>(s.out * s.filter_size()) * sizeof(T));
  Pass<T> p{};
  p.vertical = {s.kh, s.stride[0], s.dilation[0], -s.padding[0]};
  p.horizontal = {s.kw, s.stride[1], s.dilation[1], -s.padding[1]};
  p.rows = {0, 1, s.oh};
  p.columns = {0, 1, s.ow};
  p.filters = filters.as<T>();
  pack(all.panels(), p, s.channels,
       [&](std::int64_t o, std::int64_t c, std::int64_t i, std::int64_t j) {
         return w[((o * s.channels + c) * s.kh + i) * s.kw + j];
       });
  all.run(&p, 1);
}

template <class T>
void abreast_input_gradient(const AbreastOps<T>& ops, const ConvShape& s, const T* dy,
                            const T* w, T* dx) {
  const AbreastImages<const T> in{dy, s.n, s.oh, s.ow, s.out};
  const AbreastImages<T> out{dx, s.n, s.height, s.width, s.channels};
  const Abreast<T> all(ops, in, out, nullptr, false, ceil_div(s.width, s.stride[1]));
  // A pass for each phase of the pixels; they share the taps between them.
  const std::int64_t count = s.stride[0] * s.stride[1];
  const detail::ScratchBuffer filters(
      static_cast<std::size_t>(s.out * s.filter_size()) * sizeof(T));
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(count) * sizeof(Pass<T>));
  Pass<T>* const passes = buffer.as<Pass<T>>();
  T* packed = filters.as<T>();
  for (std::int64_t a = 0; a < count; ++a) {
    const std::int64_t i = a / s.stride[1], j = a % s.stride[1];
    const Phase down(s, 0, i), right(s, 1, j);
    Pass<T>& p = passes[a] = Pass<T>{};
    p.vertical = down.axis;
    p.horizontal = right.axis;
    p.rows = {i, s.stride[0], down.pixels};
    p.columns = {j, s.stride[1], right.pixels};
    p.filters = packed;
    pack(all.panels(), p, s.out,
         [&](std::int64_t c, std::int64_t o, std::int64_t u, std::int64_t v) {
           const std::int64_t row = down.first + (down.axis.taps - 1 - u) * down.step;
           const std::int64_t column =
               right.first + (right.axis.taps - 1 - v) * right.step;
           return w[((o * s.channels + c) * s.kh + row) * s.kw + column];
         });
    packed += s.out * s.channels * down.axis.taps * right.axis.taps;
  }
  all.run(passes, count);
}

template CAIRN_API void abreast_forward(const AbreastOps<float>&, const ConvShape&,
                                        const float*, const float*, const float*, bool,
                                        float*);
template CAIRN_API void abreast_forward(const AbreastOps<double>&, const ConvShape&,
                                        const double*, const double*, const double*,
                                        bool, double*);
template CAIRN_API void abreast_input_gradient(const AbreastOps<float>&,
                                               const ConvShape&, const float*,
                                               const float*, float*);
template CAIRN_API void abreast_input_gradient(const AbreastOps<double>&,
                                               const ConvShape&, const double*,
                                               const double*, double*);

}  // namespace cairn::kernels
