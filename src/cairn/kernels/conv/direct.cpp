// The forward pass and the gradient of the input, as correlations.
#include <cairn/kernels/conv/direct.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/filters.h>
#include <cairn/kernels/conv/phase.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

/// The gradient of the input as correlations, one for each phase of its pixels.
template <class T>
class InputGradient {
 public:
  InputGradient(const ConvShape& s, const KernelTable& table)
      : s_(s),
        ops_(conv_ops<T>(table)),
        panels_(choose_panels(ops_, ceil_div(s.width, s.stride[1]), s.group_channels(),
                              ceil_div(s.kw, s.stride[1]) * s.group_out())),
        packer_(s, gemm_ops<T>(table), panels_) {}

  void run(const T* dy, const T* w, T* dx) const {
    const std::int64_t rows = s_.taps() * s_.group_out();
    const detail::ScratchBuffer packed(static_cast<std::size_t>(s_.groups) *
                                       packer_.bytes(rows));
    const detail::ScratchBuffer buffer(static_cast<std::size_t>(s_.taps()) *
                                       sizeof(TapPlace));
    TapPlace* const places = buffer.as<TapPlace>();
    const bool all_reached = find_places(places);
    T* const filters = packed.as<T>();
    for (std::int64_t g = 0; g < s_.groups; ++g) {
      packer_.pack_backward(w + g * s_.group_out() * s_.filter_size(), places,
                            filters + g * rows * panels_.padded());
    }
    // A phase has but some of the pixels. All phases of a few images take their turns
    // while these are in the L2.
    const std::int64_t few = images_at_a_time();
    parallel_for(s_.n, few, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t image = s_.height * s_.width * s_.channels;
      for (std::int64_t n = begin; n < end; n += few) {
        const std::int64_t last = std::min(n + few, end);
        // To write all of dx is faster than to write every second pixel.
        if (!all_reached) std::fill(dx + n * image, dx + last * image, T(0));
        run_images(n, last, dy, filters, dx);
      }
    });
  }

 private:
  /// All, or so many that half of the L2 holds them, at least one.
  std::int64_t images_at_a_time() const {
    if (s_.stride[0] * s_.stride[1] == 1) return s_.n;
    const std::int64_t numbers =
        s_.height * s_.width * s_.channels + s_.oh * s_.ow * s_.out;
    const std::int64_t bytes = numbers * static_cast<std::int64_t>(sizeof(T));
    return std::clamp<std::int64_t>(cache_sizes().l2 / 2 / bytes, 1, s_.n);
  }

  void run_images(std::int64_t begin, std::int64_t end, const T* dy, const T* filters,
                  T* dx) const {
    Correlation<T> c;
    c.relu = false;
    c.bias = nullptr;
    c.panels = panels_;
    c.filters = filters;
    c.groups = s_.groups;
    c.filters_step = s_.taps() * s_.group_out() * panels_.padded();
    c.in = dense_images(dy, end - begin, s_.oh, s_.ow, s_.out, s_.groups);
    c.in.data += begin * c.in.image;
    Images<T> all =
        dense_images(dx, end - begin, s_.height, s_.width, s_.channels, s_.groups);
    all.data += begin * all.image;
    each_phase(
        [&](std::int64_t i, const Phase& down, std::int64_t j, const Phase& right) {
          const std::int64_t taps = down.axis.taps * right.axis.taps;
          if (taps == 0) return;
          c.vertical = down.axis, c.horizontal = right.axis;
          c.out = {all.data + i * all.row + j * all.pixel,
                   all.n,
                   down.pixels,
                   right.pixels,
                   all.channels,
                   all.image,
                   s_.stride[0] * all.row,
                   s_.stride[1] * all.pixel};
          correlate(ops_, c);
          c.filters += taps * s_.group_out() * panels_.padded();
        });
  }

  template <class F>
  void each_phase(F f) const {
    for (std::int64_t i = 0; i < std::min(s_.stride[0], s_.height); ++i) {
      const Phase down(s_, 0, i);
      for (std::int64_t j = 0; j < std::min(s_.stride[1], s_.width); ++j) {
        f(i, down, j, Phase(s_, 1, j));
      }
    }
  }

  /// Of each tap, in the filters of the phase that it reaches, the last tap first.
  /// Whether all phases have taps.
  bool find_places(TapPlace* places) const {
    std::fill(places, places + s_.taps(), TapPlace{0, 0, 0});
    std::int64_t before = 0;
    bool all = true;
    each_phase([&](std::int64_t, const Phase& down, std::int64_t, const Phase& right) {
      const std::int64_t rows = down.axis.taps, columns = right.axis.taps;
      const std::int64_t depth = rows * columns * s_.group_out();
      all = all && depth > 0;
      for (std::int64_t i = 0; i < rows; ++i) {
        const std::int64_t p = down.first + (rows - 1 - i) * down.step;
        for (std::int64_t j = 0; j < columns; ++j) {
          const std::int64_t q = right.first + (columns - 1 - j) * right.step;
          places[p * s_.kw + q] = {before, depth, i * columns + j};
        }
      }
      before += depth;
    });
    return all;
  }

  const ConvShape& s_;
  const ConvOps<T>& ops_;
  ConvPanels<T> panels_;
  FilterPacker<T> packer_;
};

}  // namespace

template <class T>
void direct_forward(const ConvShape& s, const T* x, const T* w, const T* bias,
                    bool relu, T* y, const KernelTable& table) {
  const ConvOps<T>& ops = conv_ops<T>(table);
  Correlation<T> c;
  c.vertical = {s.kh, s.stride[0], s.dilation[0], -s.padding[0]};
  c.horizontal = {s.kw, s.stride[1], s.dilation[1], -s.padding[1]};
  c.relu = relu;
  c.in = dense_images(x, s.n, s.height, s.width, s.channels, s.groups);
  c.panels = choose_panels(ops, s.ow, s.group_out(), c.stretch());
  const FilterPacker<T> packer(s, gemm_ops<T>(table), c.panels);
  c.out = dense_images(y, s.n, s.oh, s.ow, s.out, s.groups);
  c.bias = bias;
  if (s.groups == 1 && panels_first(ops, c)) {
    return correlate_panels(ops, c, packer, w);
  }
  c.groups = s.groups;
  c.filters_step = c.depth() * c.panels.padded();
  const detail::ScratchBuffer packed(static_cast<std::size_t>(s.groups) *
                                     packer.bytes(c.depth()));
  for (std::int64_t g = 0; g < s.groups; ++g) {
    packer.pack_forward(w + g * s.group_out() * s.filter_size(),
                        packed.as<T>() + g * c.filters_step);
  }
  c.filters = packed.as<T>();
  correlate(ops, c);
}

template <class T>
void direct_input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx,
                           const KernelTable& table) {
  InputGradient<T>(s, table).run(dy, w, dx);
}

template void direct_forward(const ConvShape&, const float*, const float*, const float*,
                             bool, float*, const KernelTable&);
template void direct_forward(const ConvShape&, const double*, const double*,
                             const double*, bool, double*, const KernelTable&);
template void direct_input_gradient(const ConvShape&, const float*, const float*,
                                    float*, const KernelTable&);
template void direct_input_gradient(const ConvShape&, const double*, const double*,
                                    double*, const KernelTable&);

}  // namespace cairn::kernels
