#include <cairn/kernels/conv/merged.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/phase.h>

namespace cairn::kernels {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -ceil_div(-a, b);
}

/// What `merged` pixels side by side meet in y: all columns that any of them meets.
ConvAxis merged_axis(const ConvShape& s, std::int64_t merged) {
  const std::int64_t stride = s.stride[1];
  const std::int64_t first = -floor_div(s.kw - 1 - s.padding[1], stride);
  const std::int64_t last = floor_div(merged - 1 + s.padding[1], stride);
  return {std::max<std::int64_t>(0, last - first + 1), merged / stride, 1, first};
}

/// [vertical tap][column of y][out channel][pixel][in channel], zero where a pixel does
/// not meet that column.
template <class T>
void pack(const ConvShape& s, const Phase& down, const ConvAxis& axis,
          const ConvPanels<T>& panels, const T* w, T* packed) {
  const std::int64_t depth = down.axis.taps * axis.taps * s.out;
  std::fill(packed, packed + depth * panels.padded(), T(0));
  for (std::int64_t i = 0; i < down.axis.taps; ++i) {
    const std::int64_t p = down.first + (down.axis.taps - 1 - i) * down.step;
    for (std::int64_t t = 0; t < axis.taps; ++t) {
      for (std::int64_t panel = 0; panel < panels.count(); ++panel) {
        const std::int64_t step = panels.step(panel), column = panels.begin(panel);
        T* const to = packed + column * depth + (i * axis.taps + t) * s.out * step;
        for (std::int64_t k = 0; k < panels.used(panel); ++k) {
          const std::int64_t pixel = (column + k) / s.channels;
          const std::int64_t channel = (column + k) % s.channels;
          const std::int64_t q = pixel + s.padding[1] - (t + axis.offset) * s.stride[1];
          if (q < 0 || q >= s.kw) continue;
          const T* const from = w + (channel * s.kh + p) * s.kw + q;
          for (std::int64_t o = 0; o < s.out; ++o) {
            to[o * step + k] = from[o * s.filter_size()];
          }
        }
      }
    }
  }
}

}  // namespace

std::int64_t pixels_to_merge(const ConvShape& s, std::int64_t width) {
  const std::int64_t stride = s.stride[1];
  if (s.groups != 1 || s.dilation[1] != 1 || s.channels * 2 > width) return 0;
  // Columns of y times lanes, by the pixels that are done with them.
  std::int64_t best = 0;
  double least = static_cast<double>(s.kw * width) / static_cast<double>(stride);
  for (std::int64_t merged = stride; merged <= s.width; merged += stride) {
    const std::int64_t vectors = ceil_div(merged * s.channels, width);
    if (vectors > 2) break;
    const double cost =
        static_cast<double>(merged_axis(s, merged).taps * vectors * width) /
        static_cast<double>(merged);
    if (cost < 0.9 * least) {
      least = cost;
      best = merged;
    }
  }
  return best;
}

template <class T>
void merged_input_gradient(const ConvOps<T>& ops, const ConvShape& s,
                           std::int64_t merged, const T* dy, const T* w, T* dx) {
  Correlation<T> c;
  c.relu = false;
  c.bias = nullptr;
  c.in = {dy, s.n, s.oh, s.ow, s.out, s.oh * s.ow * s.out, s.ow * s.out, s.out};
  const std::int64_t row = s.width * s.channels;
  // All whole groups of pixels, then those that are left at the right edge.
  for (const std::int64_t pixels : {merged, s.width % merged}) {
    if (pixels == 0) continue;
    const bool rest = pixels != merged;
    const std::int64_t groups = s.width / merged;
    c.horizontal = merged_axis(s, pixels);
    c.horizontal.stride = merged / s.stride[1];
    if (rest) c.horizontal.offset += groups * c.horizontal.stride;
    const std::int64_t count = rest ? 1 : groups;
    c.panels =
        choose_panels(ops, count, pixels * s.channels, c.horizontal.taps * s.out);
    const detail::ScratchBuffer packed(
        static_cast<std::size_t>(s.kh * c.horizontal.taps * s.out * c.panels.padded()) *
        sizeof(T));
    c.filters = packed.as<T>();
    for (std::int64_t i = 0; i < std::min(s.stride[0], s.height); ++i) {
      const Phase down(s, 0, i);
      const ConvAxis axis = merged_axis(s, pixels);  // of the first pixels in a row
      pack(s, down, axis, c.panels, w, packed.as<T>());
      c.vertical = down.axis;
      c.out = {dx + i * row + (rest ? groups * merged * s.channels : 0),
               s.n,
               down.pixels,
               count,
               pixels * s.channels,
               s.height * row,
               s.stride[0] * row,
               merged * s.channels};
      correlate(ops, c);
    }
  }
}

template void merged_input_gradient(const ConvOps<float>&, const ConvShape&,
                                    std::int64_t, const float*, const float*, float*);
template void merged_input_gradient(const ConvOps<double>&, const ConvShape&,
                                    std::int64_t, const double*, const double*,
                                    double*);

}  // namespace cairn::kernels
