// Solution 4: the gradient of the convolution by its input.
#pragma once

#include <cstddef>

#include "03-checking-gradients/colour_network.h"

namespace ch03 {

// Every product w * x of the forward loop puts d_output * w into the gradient of its x:
// the same six loops, with input and output exchanged.
inline Volume input_gradient(const Filters& filters, const Volume& d_output) {
  const std::size_t rows = d_output[0].size(), cols = d_output[0][0].size();
  Volume d_image =
      make_volume(filters.channels, rows + kWindow - 1, cols + kWindow - 1);
  for (std::size_t f = 0; f < filters.count; ++f)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j)
        for (std::size_t a = 0; a < kWindow; ++a)
          for (std::size_t b = 0; b < kWindow; ++b)
            for (std::size_t c = 0; c < filters.channels; ++c)
              d_image[c][i + a][j + b] +=
                  d_output[f][i][j] * filters.weights[filters.index(f, a, b, c)];
  return d_image;
}

}  // namespace ch03
