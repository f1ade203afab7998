// Solution 1: how much of the picture a unit sees, and what a stack of layers costs.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

inline std::size_t layers_to_see(std::size_t side, const Window& window) {
  if (window.size < 2) throw std::invalid_argument("a window of one pixel never grows");
  std::size_t layers = 0, seen = 1;
  for (; seen < side; ++layers) seen += window.size - 1;
  return layers;
}

inline std::size_t stack_parameters(const std::vector<std::size_t>& channels,
                                    const Window& window) {
  std::size_t count = 0;
  for (std::size_t l = 0; l + 1 < channels.size(); ++l) {
    count += channels[l + 1] * (channels[l] * window.size * window.size + 1);
  }
  return count;
}

}  // namespace ch06
