#include <cairn/kernels/conv/across_images.h>

#include <algorithm>

#include <cairn/core/parallel.h>

namespace cairn::kernels {
namespace {

/// Some images of a batch.
struct Batch {
  std::int64_t first, size;
};

/// Output rows [begin, end) of some images.
template <class T>
void run_rows(const ConvOps<T>& ops, const Correlation<T>& c, Batch images,
              std::int64_t begin, std::int64_t end) {
  const ConvAxis& h = c.horizontal;
  // Where a row of taps meets one stretch of memory it is taken as such.
  const bool joined = h.dilation == 1 && c.in.pixel == c.in.channels;
  ConvSweep<T> s{};
  s.a_row = c.in.image;
  s.a_step = 1;
  s.a_inner = h.dilation * c.in.pixel;
  s.a_outer = c.vertical.dilation * c.in.row;
  s.c_row = c.out.image;
  s.relu = c.relu;
  for (std::int64_t panel = 0; panel < c.panels.count(); ++panel) {
    const std::int64_t column = c.panels.begin(panel);
    s.b_step = c.panels.step(panel);
    s.b_inner = c.in.channels * s.b_step;
    s.b_outer = h.taps * s.b_inner;
    s.tail = c.panels.tail(panel);
    s.bias = c.bias == nullptr ? nullptr : c.bias + column;
    const T* const filters =
        c.filters + column * c.vertical.taps * h.taps * c.in.channels;
    for (std::int64_t i = begin; i < end; ++i) {
      const ConvAxis::Taps down = c.vertical.inside(i, c.in.height);
      for (std::int64_t j = 0; j < c.out.width; ++j) {
        const ConvAxis::Taps right = h.inside(j, c.in.width);
        const std::int64_t columns = right.last - right.first;
        s.outer = columns > 0 ? down.last - down.first : 0;
        s.inner = joined ? 1 : columns;
        s.depth = joined ? columns * c.in.channels : c.in.channels;
        s.a = c.in.data + images.first * c.in.image;
        if (s.outer > 0) {
          s.a += c.vertical.pixel(i, down.first) * c.in.row +
                 h.pixel(j, right.first) * c.in.pixel;
        }
        s.b = filters + down.first * s.b_outer + right.first * s.b_inner;
        s.c = c.out.data + images.first * c.out.image + i * c.out.row +
              j * c.out.pixel + column;
        sweep_rows(ops, s, images.size, c.panels.across(panel));
      }
    }
  }
}

}  // namespace

namespace {

/// Cycles for one step of depth of so many rows of a product, in even tiles: two FMAs
/// and two loads each, and a sum that is added to every fourth cycle at the most.
template <class T>
double step_cycles(const ConvOps<T>& ops, std::int64_t rows, std::int64_t across) {
  const Split tiles = Split::at_most(rows, ops.tile_rows[across]);
  double cycles = 0;
  for (std::int64_t i = 0; i < tiles.parts; ++i) {
    const auto high = static_cast<double>(tiles.size(i));
    const auto wide = static_cast<double>(across);
    cycles += std::max({high * wide / 2, 4.0, (high + wide) / 2});
  }
  return cycles;
}

}  // namespace

template <class T>
bool pays_across_images(const ConvOps<T>& ops, const Correlation<T>& c) {
  constexpr std::int64_t kLeastDepth = 256;  // a tile at a time has more to begin with
  constexpr std::int64_t kLeastChannels = 16;
  const ConvAxis& h = c.horizontal;
  const std::int64_t depth = c.vertical.taps * h.taps * c.in.channels;
  if (2 * c.in.channels < kLeastChannels || 2 * depth < kLeastDepth) return false;
  // The same pixel of six images must not fall into the same few sets of the caches;
  // four leave room for the filters.
  const std::int64_t across = c.panels.across(0);
  const std::int64_t image = c.in.image * static_cast<std::int64_t>(sizeof(T));
  if (image % 2048 == 0 && c.in.n > 4) return false;
  std::int64_t met = 0;
  for (std::int64_t j = 0; j < c.out.width; ++j) {
    const ConvAxis::Taps taps = h.inside(j, c.in.width);
    met += taps.last - taps.first;
  }
  const double images = static_cast<double>(met) * step_cycles(ops, c.in.n, across);
  const double rows =
      static_cast<double>(c.in.n * h.taps) * step_cycles(ops, c.out.width, across);
  const bool shallow = c.in.channels < kLeastChannels || depth < kLeastDepth;
  return images < (shallow ? 0.8 : 0.95) * rows;
}

template <class T>
void correlate_across_images(const ConvOps<T>& ops, const Correlation<T>& c) {
  const Split groups = Split::at_most(c.in.n, ops.tile_rows[c.panels.across(0)]);
  const std::int64_t wanted =
      num_threads() > 1 ? ceil_div(4 * num_threads(), groups.parts) : 1;
  const Split rows{c.out.height, std::min(wanted, c.out.height)};
  const double work = 2.0 * groups.size(0) * rows.size(0) * c.out.width *
                      c.out.channels * c.in.channels * c.vertical.taps *
                      c.horizontal.taps;
  const auto grain = static_cast<std::int64_t>(1 + kTaskFlops / (work + 1));
  parallel_for(groups.parts * rows.parts, grain,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t task = first; task < last; ++task) {
                   const std::int64_t group = task / rows.parts;
                   const std::int64_t part = task % rows.parts;
                   run_rows(ops, c, {groups.begin(group), groups.size(group)},
                            rows.begin(part), rows.begin(part + 1));
                 }
               });
}

template bool pays_across_images(const ConvOps<float>&, const Correlation<float>&);
template bool pays_across_images(const ConvOps<double>&, const Correlation<double>&);
template void correlate_across_images(const ConvOps<float>&, const Correlation<float>&);
template void correlate_across_images(const ConvOps<double>&,
                                      const Correlation<double>&);

}  // namespace cairn::kernels
