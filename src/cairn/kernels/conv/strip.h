// The rows of an image that a block of results needs, with columns of zeros where the
// filters reach beyond its edges.
#pragma once

#include <algorithm>
#include <cstring>

#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {

/// Rows of pixels, in place or copied: pixel column 0 is the first that any output's
/// first tap meets.
template <class T>
struct Strip {
  const T* data;            ///< of row `first`
  std::int64_t first;       ///< the image's row that is the strip's first
  std::int64_t row, pixel;  ///< elements from one to the next

  const T* at(std::int64_t image_row) const { return data + (image_row - first) * row; }
};

/// Whether a correlation's rows can be read where they lie, and how many are needed.
template <class T>
class StripPlan {
 public:
  StripPlan(const Images<const T>& in, const ConvAxis& vertical,
            const ConvAxis& horizontal, std::int64_t out_width)
      : in_(in), vertical_(vertical), first_(horizontal.offset) {
    // Without taps nothing is read.
    const std::int64_t reach =
        horizontal.taps > 0 ? horizontal.pixel(out_width - 1, horizontal.taps - 1) : 0;
    width_ = std::max<std::int64_t>(reach + 1 - first_, 1);
    // Columns of taps are one stretch of memory where pixels touch; one needs no more.
    in_place_ = first_ >= 0 && reach < in.width &&
                (in.pixel == in.channels || horizontal.taps == 1);
  }

  bool in_place() const { return in_place_; }
  std::int64_t row_elements() const { return width_ * in_.channels; }
  /// From one row and one pixel of a strip to the next.
  std::int64_t row() const { return in_place_ ? in_.row : row_elements(); }
  std::int64_t pixel() const { return in_place_ ? in_.pixel : in_.channels; }

  /// Output rows whose input fits `bytes`, at least one.
  std::int64_t rows_within(std::int64_t bytes) const {
    const std::int64_t row = row_elements() * static_cast<std::int64_t>(sizeof(T));
    const std::int64_t halo = (vertical_.taps - 1) * vertical_.dilation + 1;
    return std::max<std::int64_t>(1, (bytes / row - halo) / vertical_.stride + 1);
  }

  /// What a copy for so many output rows takes.
  std::size_t bytes(std::int64_t out_rows) const {
    if (in_place_) return sizeof(T);
    const std::int64_t rows = (out_rows - 1) * vertical_.stride +
                              (vertical_.taps - 1) * vertical_.dilation + 1;
    return static_cast<std::size_t>(std::max<std::int64_t>(rows, 1) * row_elements()) *
           sizeof(T);
  }

  /// Makes memory for so many output rows ready for strips, one after the other: what
  /// lies outside the image is zero in all of them.
  void prepare(std::int64_t out_rows, T* scratch) const {
    if (!in_place_) std::fill_n(scratch, bytes(out_rows) / sizeof(T), T(0));
  }

  /// Asks for whole rows that output rows [begin, end) of image n meet, if not all images
  /// fit the L2: a group reads a piece of each pixel, here and there in memory, and would
  /// wait for each.
  void ask_for(std::int64_t n, std::int64_t begin, std::int64_t end) const {
    constexpr std::int64_t kLine = 64 / sizeof(T);
    const std::int64_t all = in_.n * in_.image * static_cast<std::int64_t>(sizeof(T));
    if (all <= cache_sizes().l2) return;
    const auto [first, last] = rows_met(begin, end);
    const T* const image = in_.data + n * in_.image;
    for (std::int64_t k = first * in_.row; k < last * in_.row; k += kLine) {
      __builtin_prefetch(image + k, 0, 2);
    }
  }

  /// The input of output rows [begin, end) of image n, in memory that is prepared. Rows
  /// outside the image are not there: no tap is taken that meets them. Channels are
  /// those from `channel` on.
  Strip<T> strip(std::int64_t n, std::int64_t begin, std::int64_t end, T* scratch,
                 std::int64_t channel = 0) const {
    const T* const image = in_.data + n * in_.image + channel;
    if (in_place_) return {image + first_ * in_.pixel, 0, in_.row, in_.pixel};
    const auto [first, last] = rows_met(begin, end);
    for (std::int64_t r = first; r < last; ++r) {
      copy_row(image + r * in_.row, scratch + (r - first) * row_elements());
    }
    return {scratch, first, row_elements(), in_.channels};
  }

 private:
  struct Rows {
    std::int64_t first, last;
  };
  /// Of the image, [first, last).
  Rows rows_met(std::int64_t begin, std::int64_t end) const {
    return {std::max<std::int64_t>(0, vertical_.pixel(begin, 0)),
            std::min(in_.height, vertical_.pixel(end - 1, vertical_.taps - 1) + 1)};
  }

  void copy_row(const T* from, T* to) const {
    const std::int64_t begin = std::clamp<std::int64_t>(-first_, 0, width_);
    const std::int64_t end =
        std::clamp<std::int64_t>(in_.width - first_, begin, width_);
    from += (begin + first_) * in_.pixel;
    T* out = to + begin * in_.channels;
    if (in_.pixel == in_.channels) {
      std::memcpy(out, from,
                  static_cast<std::size_t>((end - begin) * in_.channels) * sizeof(T));
    } else {
      constexpr std::int64_t kFew = 16;  // channels that are not worth a call
      for (std::int64_t j = begin; j < end; ++j) {
        if (in_.channels < kFew) {
          for (std::int64_t c = 0; c < in_.channels; ++c) out[c] = from[c];
        } else {
          std::copy(from, from + in_.channels, out);
        }
        from += in_.pixel;
        out += in_.channels;
      }
    }
  }

  Images<const T> in_;
  ConvAxis vertical_;
  std::int64_t first_;  // the image column that is the strip's first
  std::int64_t width_;  // pixels in a row of the strip
  bool in_place_;
};

}  // namespace cairn::kernels
