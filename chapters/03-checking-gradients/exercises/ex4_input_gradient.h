// Exercise 4 (two stars): the gradient of the convolution by its input.
#pragma once

#include <cstddef>

#include "03-checking-gradients/colour_network.h"

namespace ch03 {

// From dL/doutput [F][rows - 2][cols - 2] of `convolve` to dL/dimage [C][rows][cols].
// A pixel is read by every place of the window that covers it.
inline Volume input_gradient(const Filters& filters, const Volume& d_output) {
  const std::size_t rows = d_output[0].size() + kWindow - 1;
  const std::size_t cols = d_output[0][0].size() + kWindow - 1;
  return make_volume(filters.channels, rows, cols);  // write the rest
}

}  // namespace ch03
