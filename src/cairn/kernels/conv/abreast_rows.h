// Rows of a group of images with their numbers side by side.
#pragma once

#include <algorithm>

#include <cairn/kernels/conv/abreast_kernels.h>

namespace cairn::kernels {

/// Dense channels-last images, taken `width` of a vector at a time.
template <class T>
struct AbreastImages {
  T* data;
  std::int64_t n, height, width, channels;

  std::int64_t image() const { return height * width * channels; }
  std::int64_t row() const { return width * channels; }
  T* at(std::int64_t image_index, std::int64_t i) const {
    return data + image_index * image() + i * row();
  }
};

/// How gathered rows lie: with columns of zeros on the left and on the right.
struct AbreastRow {
  std::int64_t left, right;  // columns
  std::int64_t pixel;        // elements
  std::int64_t row;

  template <class T>
  AbreastRow(const AbreastImages<T>& in, std::int64_t lanes, std::int64_t left_columns,
             std::int64_t right_columns)
      : left(left_columns),
        right(right_columns),
        pixel(in.channels * lanes),
        row((left + in.width + right) * pixel) {}
};

/// Rows [begin, end) of a group, the zeros beside them included.
template <class T>
void gather_rows(const AbreastOps<T>& ops, const AbreastImages<const T>& in,
                 const AbreastRow& lie, std::int64_t group, std::int64_t begin,
                 std::int64_t end, T* to) {
  const std::int64_t first = group * ops.width;
  const int images = static_cast<int>(std::min<std::int64_t>(ops.width, in.n - first));
  if (lie.left == 0 && lie.right == 0) {
    if (end > begin) {
      ops.gather(in.at(first, begin), in.image(), images, (end - begin) * in.row(), to);
    }
    return;
  }
  for (std::int64_t i = begin; i < end; ++i) {
    T* const row = to + (i - begin) * lie.row;
    T* const pixels = row + lie.left * lie.pixel;
    std::fill(row, pixels, T(0));
    ops.gather(in.at(first, i), in.image(), images, in.row(), pixels);
    std::fill(pixels + in.width * lie.pixel, row + lie.row, T(0));
  }
}

}  // namespace cairn::kernels
