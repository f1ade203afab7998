// Filters in the order in which the kernels read them.
#pragma once

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {

/// Every `step`-th tap from `first`, `count` of them.
struct TapRange {
  std::int64_t first, step, count;
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
    const std::int64_t channels = s_.group_channels(), taps = s_.taps();
    const std::int64_t few = std::max<std::int64_t>(1, kChunk / taps);
    for (std::int64_t panel = 0; panel < panels_.count(); ++panel) {
      const std::int64_t step = panels_.step(panel), used = panels_.used(panel);
      const detail::ScratchBuffer chunk(static_cast<std::size_t>(few * taps * step) *
                                        sizeof(T));
      const T* const from = w + panels_.begin(panel) * s_.filter_size();
      T* const to = packed + panels_.begin(panel) * s_.filter_size();
      for (std::int64_t c = 0; c < channels; c += few) {
        const std::int64_t count = std::min(few, channels - c);
        ops_.transpose(from + c * taps, s_.filter_size(), count * taps, used,
                       chunk.as<T>(), step);
        for (std::int64_t k = 0; k < count; ++k) {
          for (std::int64_t tap = 0; tap < taps; ++tap) {
            put_row(chunk.as<T>() + (k * taps + tap) * step, used, step,
                    to + (tap * channels + c + k) * step);
          }
        }
      }
    }
  }

  /// [tap][out channel][in channel] for some of the taps, the last of them first.
  void pack_backward(const T* w, TapRange down, TapRange right, T* packed) const {
    const std::int64_t outs = s_.group_out(), taps = s_.taps();
    const std::int64_t depth = down.count * right.count * outs;
    for (std::int64_t panel = 0; panel < panels_.count(); ++panel) {
      const std::int64_t step = panels_.step(panel), used = panels_.used(panel);
      const detail::ScratchBuffer square(static_cast<std::size_t>(taps * step) *
                                         sizeof(T));
      T* const to = packed + panels_.begin(panel) * depth;
      for (std::int64_t o = 0; o < outs; ++o) {
        ops_.transpose(w + o * s_.filter_size() + panels_.begin(panel) * taps, taps,
                       taps, used, square.as<T>(), step);
        for (std::int64_t i = 0; i < down.count; ++i) {
          const std::int64_t p = down.first + (down.count - 1 - i) * down.step;
          for (std::int64_t j = 0; j < right.count; ++j) {
            const std::int64_t q = right.first + (right.count - 1 - j) * right.step;
            put_row(square.as<T>() + (p * s_.kw + q) * step, used, step,
                    to + ((i * right.count + j) * outs + o) * step);
          }
        }
      }
    }
  }

 private:
  static constexpr std::int64_t kChunk = 144;  // rows that are transposed at a time

  static void put_row(const T* from, std::int64_t used, std::int64_t step, T* to) {
    std::copy(from, from + used, to);
    std::fill(to + used, to + step, T(0));
  }

  const ConvShape& s_;
  const GemmOps<T>& ops_;
  const ConvPanels<T>& panels_;
};

}  // namespace cairn::kernels
