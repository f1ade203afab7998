#include <cairn/kernels/conv/correlation.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/across_images.h>
#include <cairn/kernels/conv/filters.h>
#include <cairn/kernels/conv/pixel_tiles.h>
#include <cairn/kernels/conv/strip.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {

ConvAxis::Taps ConvAxis::inside(std::int64_t i, std::int64_t extent) const {
  const std::int64_t start = i * stride + offset;
  const std::int64_t first = start >= 0 ? 0 : ceil_div(-start, dilation);
  const std::int64_t last = start >= extent ? 0 : ceil_div(extent - start, dilation);
  return {std::min(first, taps), std::clamp(last, std::min(first, taps), taps)};
}

template <class T>
ConvPanels<T> choose_panels(const ConvOps<T>& ops, std::int64_t rows,
                            std::int64_t columns) {
  const std::int64_t vectors = std::max<std::int64_t>(1, ceil_div(columns, ops.width));
  Split best{vectors, vectors};
  double least = 0;
  for (int widest = 1; widest <= kMaxConvVectors; ++widest) {
    const Split split = Split::at_most(vectors, widest);
    double cost = 0;
    for (std::int64_t i = 0; i < split.parts; ++i) {
      const std::int64_t across = split.size(i);
      const Split tiles = Split::at_most(rows, ops.tile_rows[across]);
      for (std::int64_t j = 0; j < std::min<std::int64_t>(tiles.parts, 8); ++j) {
        // Cycles for one step of depth: two FMAs and two loads each, and a sum that is
        // added to every fourth cycle at the most. B comes out of the L2.
        const double high = static_cast<double>(tiles.size(j));
        const double wide = static_cast<double>(across);
        const double bytes = wide * static_cast<double>(ops.width) * sizeof(T);
        cost += std::max({high * wide / 2, 4.0, (high + wide) / 2, bytes / 24}) *
                static_cast<double>(tiles.parts) /
                static_cast<double>(std::min<std::int64_t>(tiles.parts, 8));
      }
    }
    if (widest == 1 || cost < least) {
      least = cost;
      best = split;
    }
  }
  return {columns, ops.width, best};
}

template <class T>
void sweep_rows(const ConvOps<T>& ops, ConvSweep<T> s, std::int64_t rows,
                std::int64_t vectors) {
  const std::int64_t parts = ceil_div(rows, ops.tile_rows[vectors]);
  const std::int64_t high = rows / parts;
  s.tiles = rows % parts;
  s.ahead_rows = ceil_div(s.ahead_rows, parts);
  if (s.tiles > 0) {
    ops.sweep[vectors][high + 1](s);
    s.a += s.tiles * (high + 1) * s.a_row;
    s.c += s.tiles * (high + 1) * s.c_row;
    s.ahead += s.tiles * s.ahead_rows * s.ahead_step;
  }
  s.tiles = parts - s.tiles;
  ops.sweep[vectors][high](s);
}

namespace {

/// Output rows [begin, end) of one image, one panel, whose filters are given.
template <class T>
void run_panel(const ConvOps<T>& ops, const Correlation<T>& c, const Strip<T>& strip,
               std::int64_t n, std::int64_t begin, std::int64_t end, std::int64_t panel,
               const T* filters) {
  const ConvAxis& h = c.horizontal;
  const std::int64_t column = c.panels.begin(panel);
  ConvSweep<T> s{};
  s.a_row = h.stride * strip.pixel;
  s.a_step = 1;
  s.a_inner = h.dilation * strip.pixel;
  s.a_outer = c.vertical.dilation * strip.row;
  s.inner = c.joined() ? 1 : h.taps;
  s.depth = c.stretch();
  s.c_row = c.out.pixel;
  s.relu = c.relu;
  s.b_step = c.panels.step(panel);
  s.b_inner = c.in.channels * s.b_step;
  s.b_outer = h.taps * s.b_inner;
  s.tail = c.panels.tail(panel);
  s.bias = c.bias == nullptr ? nullptr : c.bias + column;
  for (std::int64_t i = begin; i < end; ++i) {
    const ConvAxis::Taps taps = c.vertical.inside(i, c.in.height);
    s.outer = taps.last - taps.first;
    if (s.outer > 0) s.a = strip.at(c.vertical.pixel(i, taps.first));
    s.b = filters + taps.first * s.b_outer;
    s.c = c.out.data + n * c.out.image + i * c.out.row + column;
    sweep_rows(ops, s, c.out.width, c.panels.across(panel));
  }
}

}  // namespace

template <class T>
void correlate(const ConvOps<T>& ops, const Correlation<T>& c) {
  if (c.out.n * c.out.height * c.out.width * c.out.channels == 0) return;
  if (pays_across_images(ops, c)) {
    for (std::int64_t g = 0; g < c.groups; ++g) {
      correlate_across_images(ops, c.group(g));
    }
    return;
  }
  const StripPlan<T> plan(c.in, c.vertical, c.horizontal, c.out.width);
  // Rows that fit a quarter of the L2, of input and of output, and tasks enough for all
  // threads.
  const std::int64_t out_row =
      c.out.width * c.out.channels * static_cast<std::int64_t>(sizeof(T));
  std::int64_t rows =
      std::min(plan.rows_within(cache_sizes().l2 / 4),
               std::max<std::int64_t>(1, cache_sizes().l2 / 4 / out_row));
  // All groups take their turns at a block, for they share lines of memory.
  constexpr std::int64_t kFewRows = 4;
  if (c.groups > 1) {
    rows = std::min(
        rows, std::max(kFewRows, plan.rows_within(cache_sizes().l2 / 2 / c.groups)));
  }
  if (num_threads() > 1) {
    rows = std::min(
        rows, std::max<std::int64_t>(1, c.out.n * c.out.height / (4 * num_threads())));
  }
  const Split blocks = Split::at_most(c.out.height, rows);
  const double work = 2.0 * c.out.width * c.out.channels * c.in.channels *
                      c.vertical.taps * c.horizontal.taps * blocks.size(0) * c.groups;
  const auto grain = static_cast<std::int64_t>(1 + kTaskFlops / (work + 1));
  const std::int64_t most = blocks.size(blocks.parts - 1);
  // Calls f(strip, n, begin, end) for all blocks.
  const auto each_block = [&](const auto& f) {
    parallel_for(
        c.out.n * blocks.parts, grain, [&](std::int64_t first, std::int64_t last) {
          const detail::ScratchBuffer scratch(plan.bytes(most));
          plan.prepare(most, scratch.as<T>());
          for (std::int64_t task = first; task < last; ++task) {
            const std::int64_t n = task / blocks.parts, block = task % blocks.parts;
            const std::int64_t begin = blocks.begin(block),
                               end = blocks.begin(block + 1);
            if (c.groups > 1) plan.ask_for(n, begin, end);
            for (std::int64_t g = 0; g < c.groups; ++g) {
              f(c.group(g),
                plan.strip(n, begin, end, scratch.as<T>(), g * c.in.channels), n, begin,
                end);
            }
          }
        });
  };
  if (is_short(c.stretch(), c.panels.vectors.n)) {
    const PixelTiles<T> tiles(ops, c, plan, most);
    each_block([&](auto... block) { tiles.run(block...); });
  } else {
    each_block([&](const Correlation<T>& one, const Strip<T>& strip, auto... block) {
      for (std::int64_t panel = 0; panel < c.panels.count(); ++panel) {
        run_panel(ops, one, strip, block..., panel,
                  one.filters + c.panels.begin(panel) * c.depth());
      }
    });
  }
}

template <class T>
bool panels_first(const ConvOps<T>& ops, const Correlation<T>& c) {
  const std::int64_t panels = c.panels.count(), threads = num_threads();
  if (c.out.n * c.out.height * c.out.width == 0 || panels % threads != 0) return false;
  if (is_short(c.stretch(), c.panels.vectors.n) || pays_across_images(ops, c)) {
    return false;
  }
  const StripPlan<T> plan(c.in, c.vertical, c.horizontal, c.out.width);
  const std::int64_t l2 = cache_sizes().l2 / static_cast<std::int64_t>(sizeof(T));
  return c.in.n * c.in.height * plan.row_elements() <= l2 / 2 &&
         c.depth() * c.panels.padded() > l2 / 4;
}

template <class T>
void correlate_panels(const ConvOps<T>& ops, const Correlation<T>& c,
                      const FilterPacker<T>& packer, const T* w) {
  const StripPlan<T> plan(c.in, c.vertical, c.horizontal, c.out.width);
  const std::size_t bytes = plan.bytes(c.out.height);
  const detail::ScratchBuffer rows(static_cast<std::size_t>(c.in.n) * bytes);
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(c.in.n) *
                                     sizeof(Strip<T>));
  Strip<T>* const strips = buffer.as<Strip<T>>();
  for (std::int64_t n = 0; n < c.in.n; ++n) {
    T* const to = rows.as<T>() + n * static_cast<std::int64_t>(bytes / sizeof(T));
    plan.prepare(c.out.height, to);
    strips[n] = plan.strip(n, 0, c.out.height, to);
  }
  const std::int64_t widest = c.panels.step(c.panels.count() - 1);
  parallel_for(c.panels.count(), 1, [&](std::int64_t first, std::int64_t last) {
    const detail::ScratchBuffer packed(static_cast<std::size_t>(c.depth() * widest) *
                                       sizeof(T));
    for (std::int64_t panel = first; panel < last; ++panel) {
      packer.forward_panel(w, panel, packed.as<T>());
      for (std::int64_t n = 0; n < c.in.n; ++n) {
        run_panel(ops, c, strips[n], n, 0, c.out.height, panel, packed.as<T>());
      }
    }
  });
}

template ConvPanels<float> choose_panels(const ConvOps<float>&, std::int64_t,
                                         std::int64_t);
template ConvPanels<double> choose_panels(const ConvOps<double>&, std::int64_t,
                                          std::int64_t);
template void sweep_rows(const ConvOps<float>&, ConvSweep<float>, std::int64_t,
                         std::int64_t);
template void sweep_rows(const ConvOps<double>&, ConvSweep<double>, std::int64_t,
                         std::int64_t);
template void correlate(const ConvOps<float>&, const Correlation<float>&);
template void correlate(const ConvOps<double>&, const Correlation<double>&);
template bool panels_first(const ConvOps<float>&, const Correlation<float>&);
template bool panels_first(const ConvOps<double>&, const Correlation<double>&);
template void correlate_panels(const ConvOps<float>&, const Correlation<float>&,
                               const FilterPacker<float>&, const float*);
template void correlate_panels(const ConvOps<double>&, const Correlation<double>&,
                               const FilterPacker<double>&, const double*);

}  // namespace cairn::kernels
