// Where the pixels lie that a row of results meets.
#pragma once

#include <algorithm>
#include <limits>

#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {

/// The addresses of the pixels in some rows of an image, from the first that any
/// output's first tap meets. Those of columns beyond the edges are of a pixel of zeros:
/// with them a row has no ends that need other code.
///
/// Where pixels lie a multiple of a power of two apart, as those of 256 channels do, the
/// same channels of all that a kernel meets fall into a few sets of the L1, and each line
/// would come from the L2 as often as it has vectors. Then the addresses are of copies
/// that lie a line further apart.
template <class T>
class PixelTable {
 public:
  /// `pixels` is how many outputs of a row a kernel takes at a time.
  PixelTable(const Images<const T>& in, const ConvAxis& vertical,
             const ConvAxis& horizontal, std::int64_t out_width, std::int64_t pixels)
      : in_(in),
        vertical_(vertical),
        first_(horizontal.offset),
        columns_(reach(horizontal, out_width)),
        low_(std::clamp<std::int64_t>(-first_, 0, columns_)),
        high_(std::clamp<std::int64_t>(in.width - first_, low_, columns_)),
        copy_step_(0) {
    const std::int64_t met =
        std::min(reach(horizontal, pixels), in.width) * vertical.taps;
    if (met > lines_in_l1(in.pixel)) copy_step_ = round_up(in.channels, kLine) + kLine;
  }

  std::int64_t columns() const { return columns_; }
  /// What the rows for so many rows of output take.
  std::size_t bytes(std::int64_t out_rows) const {
    const std::int64_t rows = reach(vertical_, out_rows);
    return kLineBytes + static_cast<std::size_t>(rows * columns_) * sizeof(const T*) +
           static_cast<std::size_t>(rows * (high_ - low_) * copy_step_) * sizeof(T);
  }
  /// Rows of output for which copies fit so many bytes, but not so few that most would
  /// be copied again and again.
  std::int64_t rows_within(std::int64_t bytes) const {
    const std::int64_t row = (high_ - low_) * copy_step_;
    if (row == 0) return std::numeric_limits<std::int64_t>::max();
    const std::int64_t rows = bytes / (row * static_cast<std::int64_t>(sizeof(T)));
    return std::max(vertical_.taps, rows / vertical_.stride - vertical_.taps);
  }

  /// The rows of image n that output rows [begin, end) meet, zeros where these lie
  /// outside the image. `memory` is of bytes(end − begin).
  void fill(std::int64_t n, std::int64_t begin, std::int64_t end, const T* zeros,
            void* memory) {
    table_ = static_cast<const T**>(memory);
    top_ = vertical_.pixel(begin, 0);
    const std::int64_t rows = reach(vertical_, end - begin);
    const T** to = table_;
    T* copy = copies(memory, end - begin);
    for (std::int64_t i = top_; i < top_ + rows; ++i, to += columns_) {
      if (i < 0 || i >= in_.height || low_ == high_) {
        std::fill(to, to + columns_, zeros);
        continue;
      }
      const T* pixel =
          in_.data + n * in_.image + i * in_.row + (low_ + first_) * in_.pixel;
      std::fill(to, to + low_, zeros);
      for (std::int64_t j = low_; j < high_; ++j, pixel += in_.pixel) {
        to[j] = pixel;
        if (copy_step_ > 0) {
          to[j] = copy;
          std::copy(pixel, pixel + in_.channels, copy);
          copy += copy_step_;
        }
      }
      std::fill(to + high_, to + columns_, zeros);
    }
  }

  /// The addresses of a row that fill() was asked for.
  const T* const* row(std::int64_t i) const { return table_ + (i - top_) * columns_; }

 private:
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::int64_t kLine = kLineBytes / sizeof(T);

  /// How many pixels so many outputs reach over along an axis.
  static std::int64_t reach(const ConvAxis& axis, std::int64_t outputs) {
    const std::int64_t taps = std::max<std::int64_t>(axis.taps, 1);
    return (outputs - 1) * axis.stride + (taps - 1) * axis.dilation + 1;
  }

  /// Lines so many elements apart that stay in an L1 of eight ways.
  static std::int64_t lines_in_l1(std::int64_t step) {
    constexpr std::int64_t kWays = 8;
    const std::int64_t sets = cache_sizes().l1 / (kWays * kLineBytes);
    std::int64_t apart = 1;  // sets from one to the next, while that divides them all
    while (apart < sets && step % (2 * apart * kLine) == 0) apart *= 2;
    return kWays * (sets / apart);
  }

  T* copies(void* memory, std::int64_t out_rows) const {
    const std::size_t table = static_cast<std::size_t>(reach(vertical_, out_rows) *
                                                       columns_ * sizeof(const T*));
    const std::size_t lines = (table + kLineBytes - 1) / kLineBytes * kLineBytes;
    return reinterpret_cast<T*>(static_cast<char*>(memory) + lines);
  }

  Images<const T> in_;
  ConvAxis vertical_;
  std::int64_t first_;       // the image column that is the table's first
  std::int64_t columns_;     // of the table
  std::int64_t low_, high_;  // those of them that lie in the image
  std::int64_t copy_step_;   // from pixel to pixel of a copy, or 0
  const T** table_ = nullptr;
  std::int64_t top_ = 0;  // the image row that is the table's first
};

}  // namespace cairn::kernels
