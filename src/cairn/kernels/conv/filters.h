// Filters in the order in which the kernels read them.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {

/// Where a tap comes to lie in filters that are packed for several correlations: after
/// `before` rows of earlier ones, as tap `index` of one that is `depth` rows deep.
struct TapPlace {
  std::int64_t before, depth, index;
};

template <class T>
class FilterPacker {
 public:
  FilterPacker(const ConvShape& shape, const GemmOps<T>& ops,
               const ConvPanels<T>& panels)
      : s_(shape), ops_(ops), panels_(panels) {}

  std::size_t bytes(std::int64_t depth) const {
    return static_cast<std::size_t>(panels_.padded() * depth) * sizeof(T);
  }

  /// [tap][in channel][out channel], a panel of out channels at a time.
  void pack_forward(const T* w, T* packed) const {
    each_panel([&](std::int64_t panel) {
      forward_panel(w, panel, packed + panels_.begin(panel) * s_.filter_size());
    });
  }

  /// [tap][out channel][in channel], each tap where `places` has it; taps that have no
  /// place (depth 0) are left out.
  void pack_backward(const T* w, const TapPlace* places, T* packed) const {
    each_panel([&](std::int64_t panel) { backward_panel(w, places, panel, packed); });
  }

  /// One panel of pack_forward().
  void forward_panel(const T* w, std::int64_t panel, T* to) const {
    const std::int64_t channels = s_.group_channels(), taps = s_.taps();
    const std::int64_t few = std::max<std::int64_t>(1, kChunk / taps);
    const std::int64_t step = panels_.step(panel), used = panels_.used(panel);
    const T* const from = w + panels_.begin(panel) * s_.filter_size();
    if (taps == 1) {  // nothing but a transpose
      return ops_.transpose(from, channels, channels, used, to, step);
    }
    const detail::ScratchBuffer chunk(static_cast<std::size_t>(few * taps * step) *
                                      sizeof(T));
    for (std::int64_t c = 0; c < channels; c += few) {
      const std::int64_t count = std::min(few, channels - c);
      ops_.transpose(from + c * taps, s_.filter_size(), count * taps, used,
                     chunk.as<T>(), step);
      clear_padding(chunk.as<T>(), count * taps, used, step);
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        ops_.copy(chunk.as<T>() + tap * step, taps * step, count, step,
                  to + (tap * channels + c) * step, step);
      }
    }
  }

 private:
  static constexpr std::int64_t kChunk = 144;  // rows that are transposed at a time

  /// One panel of pack_backward().
  void backward_panel(const T* w, const TapPlace* places, std::int64_t panel,
                      T* packed) const {
    const std::int64_t outs = s_.group_out(), taps = s_.taps();
    const std::int64_t step = panels_.step(panel), used = panels_.used(panel);
    const T* const from = w + panels_.begin(panel) * taps;
    const auto place = [&](std::int64_t tap) {
      const TapPlace& at = places[tap];
      return packed + at.before * panels_.padded() + panels_.begin(panel) * at.depth +
             at.index * outs * step;
    };
    if (taps == 1) {  // as they lie
      return ops_.copy(from, s_.filter_size(), outs, used, place(0), step);
    }
    const std::int64_t few = std::max<std::int64_t>(1, kChunk / taps);
    const detail::ScratchBuffer chunk(static_cast<std::size_t>(few * taps * step) *
                                      sizeof(T));
    for (std::int64_t o = 0; o < outs; o += few) {
      const std::int64_t count = std::min(few, outs - o);
      for (std::int64_t k = 0; k < count; ++k) {
        turn_filter(from + (o + k) * s_.filter_size(), used, step,
                    chunk.as<T>() + k * taps * step);
      }
      clear_padding(chunk.as<T>(), count * taps, used, step);
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        if (places[tap].depth == 0) continue;
        ops_.copy(chunk.as<T>() + tap * step, taps * step, count, step,
                  place(tap) + o * step, step);
      }
    }
  }

  template <class F>
  void each_panel(F f) const {
    const std::int64_t weights =
        s_.taps() * s_.group_channels() * s_.group_out() / panels_.count();
    parallel_for(panels_.count(), 1 + kTaskNumbers / (weights + 1),
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t panel = first; panel < last; ++panel) f(panel);
                 });
  }

  /// [tap][in channel] of one filter.
  void turn_filter(const T* filter, std::int64_t used, std::int64_t step, T* to) const {
    const std::int64_t taps = s_.taps();
    // Of 9, 25 or 49 taps the last would take a square of registers for itself.
    const std::int64_t squares = taps % 8 == 1 ? taps - 1 : taps;
    ops_.transpose(filter, taps, squares, used, to, step);
    if (squares == taps) return;
    T* const last = to + squares * step;
    for (std::int64_t c = 0; c < used; ++c) last[c] = filter[c * taps + squares];
  }

  static void clear_padding(T* rows, std::int64_t count, std::int64_t used,
                            std::int64_t step) {
    if (used == step) return;
    for (std::int64_t i = 0; i < count; ++i) {
      std::fill(rows + i * step + used, rows + (i + 1) * step, T(0));
    }
  }

  const ConvShape& s_;
  const GemmOps<T>& ops_;
  const ConvPanels<T>& panels_;
};

}  // namespace cairn::kernels
