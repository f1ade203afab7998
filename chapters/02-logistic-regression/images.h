// A set of labelled grey images, whatever they were read or drawn from.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch02 {

// ANCHOR: images
struct Images {
  std::size_t count = 0, height = 0, width = 0;
  std::vector<double> pixels;  // [count, height·width], 0 = black, 1 = white
  std::vector<int> labels;     // [count], 0 … 9
};
// ANCHOR_END: images

// One image a row: the table of chapter 1, with a pixel for a feature. [N, d]
inline ch01::Matrix as_rows(Images images) {
  ch01::Matrix rows;
  rows.rows = images.count;
  rows.cols = images.height * images.width;
  rows.values = std::move(images.pixels);
  return rows;
}

}  // namespace ch02
