// Solution 2: a convolution is a dense layer that shares its weights.
#pragma once

#include <cstddef>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

inline Matrix as_dense(const Shape& in, const Window& window, const Matrix& filters) {
  const Shape out = after(in, window, filters.rows);
  const std::size_t k = window.size;
  Matrix weights(out.size(), in.size());
  for (std::size_t o = 0; o < out.channels; ++o)
    for (std::size_t i = 0; i < out.height; ++i)
      for (std::size_t j = 0; j < out.width; ++j)
        for (std::size_t c = 0; c < in.channels; ++c)
          for (std::size_t p = 0; p < k; ++p)
            for (std::size_t q = 0; q < k; ++q) {
              const std::size_t u = i * window.stride + p, v = j * window.stride + q;
              const bool above = u < window.padding || v < window.padding;
              if (above || u - window.padding >= in.height ||
                  v - window.padding >= in.width) {
                continue;
              }
              weights(out.at(o, i, j),
                      in.at(c, u - window.padding, v - window.padding)) =
                  filters(o, (c * k + p) * k + q);
            }
  return weights;
}

}  // namespace ch06
