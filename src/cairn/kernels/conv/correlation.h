// Convolution as a sum of matrix products, one for each tap of the filters, all of
// which a tile of the result takes in registers.
//
//   for a block of output rows                copy their input rows with padding
//     for a panel of filters                  stays in L1 or L2
//       for a row of the block
//         for a tile of pixels                one step of a sweep
//           for a row of taps                 its columns and channels are one stretch
//             for a column and a channel      of memory: channels-last pays here
//
// The forward pass is one such correlation, the gradient of the input is one or several
// with other filters: see direct.cpp.
#pragma once

#include <algorithm>

#include <cairn/kernels/conv/conv_kernels.h>
#include <cairn/kernels/gemm/blocking.h>

namespace cairn::kernels {

/// Which input pixels an output meets along one axis: pixel = i·stride + t·dilation +
/// offset for tap t of output i; those outside the image count as zero.
struct ConvAxis {
  std::int64_t taps, stride, dilation, offset;

  std::int64_t pixel(std::int64_t i, std::int64_t t) const {
    return i * stride + t * dilation + offset;
  }
  /// The taps [first, last) of output i that lie inside an image of `extent` pixels.
  struct Taps {
    std::int64_t first, last;
  };
  Taps inside(std::int64_t i, std::int64_t extent) const;
};

/// Images, or one group of their channels, whose channels lie side by side.
template <class T>
struct Images {
  T* data;
  std::int64_t n, height, width, channels;
  std::int64_t image, row, pixel;  ///< elements from one to the next
};

/// The first group's channels of dense channels-last images.
template <class T>
Images<T> dense_images(T* data, std::int64_t n, std::int64_t height, std::int64_t width,
                       std::int64_t channels, std::int64_t groups = 1) {
  const std::int64_t row = width * channels;
  return {data, n, height, width, channels / groups, height * row, row, channels};
}

/// How the channels of a result are cut into panels: of whole vectors, evenly.
template <class T>
struct ConvPanels {
  std::int64_t columns;  ///< channels of the result
  std::int64_t width;    ///< elements in a vector
  Split vectors;

  std::int64_t count() const { return vectors.parts; }
  std::int64_t begin(std::int64_t i) const { return vectors.begin(i) * width; }
  std::int64_t across(std::int64_t i) const { return vectors.size(i); }
  std::int64_t step(std::int64_t i) const { return vectors.size(i) * width; }
  std::int64_t used(std::int64_t i) const {
    return begin(i) + step(i) <= columns ? step(i) : columns - begin(i);
  }
  int tail(std::int64_t i) const {
    return static_cast<int>(used(i) - (across(i) - 1) * width);
  }
  std::int64_t padded() const { return vectors.n * width; }
};

/// The tiles that cost least for products of `rows` × `columns`.
template <class T>
ConvPanels<T> choose_panels(const ConvOps<T>& ops, std::int64_t rows,
                            std::int64_t columns);

/// Whether stretches of so many elements are for pixel_tiles.h. Where the results are a
/// single vector, the taller tiles of the others are better from 16 on.
inline bool is_short(std::int64_t stretch, std::int64_t vectors) {
  return stretch < (vectors == 1 ? 16 : 32);
}

/// The same for a correlation whose depth is stretches of so many elements.
template <class T>
ConvPanels<T> choose_panels(const ConvOps<T>& ops, std::int64_t rows,
                            std::int64_t columns, std::int64_t stretch) {
  const std::int64_t vectors = std::max<std::int64_t>(1, ceil_div(columns, ops.width));
  if (!is_short(stretch, vectors)) return choose_panels(ops, rows, columns);
  return {columns, ops.width, Split::at_most(vectors, kMaxConvVectors)};
}

/// Runs all `rows` of a product down one panel in tiles of even height; s.tiles is set
/// here. s.ahead_rows counts those of all tiles together.
template <class T>
void sweep_rows(const ConvOps<T>& ops, ConvSweep<T> s, std::int64_t rows,
                std::int64_t vectors);

/// A task of fewer multiplications and additions than this is not handed out.
constexpr double kTaskFlops = 3e5;

template <class T>
class FilterPacker;

template <class T>
struct Correlation {
  Images<const T> in;
  Images<T> out;
  ConvAxis vertical, horizontal;
  ConvPanels<T> panels;
  /// Panel by panel, in each [vertical tap][horizontal tap][in channel][step(panel)].
  const T* filters;
  const T* bias;  ///< one value an output channel, or null
  bool relu;
  /// Of so many that have their channels side by side, what is above is the first; the
  /// filters of each come so many elements after those of the one before.
  std::int64_t groups = 1, filters_step = 0;

  Correlation group(std::int64_t g) const {
    Correlation one = *this;
    one.groups = 1;
    one.in.data += g * in.channels;
    one.out.data += g * out.channels;
    one.filters += g * filters_step;
    if (bias != nullptr) one.bias += g * out.channels;
    return one;
  }

  /// A row of taps is one stretch of memory.
  bool joined() const { return horizontal.dilation == 1; }
  std::int64_t stretch() const {
    return joined() ? horizontal.taps * in.channels : in.channels;
  }
  std::int64_t depth() const { return vertical.taps * horizontal.taps * in.channels; }
};

template <class T>
void correlate(const ConvOps<T>& ops, const Correlation<T>& c);

/// Whether there is so little input, and are so many filters, that the loop over the
/// panels had better be outermost: each panel of the filters `w` is then packed where it
/// is needed, and used for all images while it is in the L2. c.filters are not looked at.
template <class T>
bool panels_first(const ConvOps<T>& ops, const Correlation<T>& c);
template <class T>
void correlate_panels(const ConvOps<T>& ops, const Correlation<T>& c,
                      const FilterPacker<T>& packer, const T* w);

}  // namespace cairn::kernels
