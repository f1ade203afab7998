// Exercise 1 ★: how much of the picture a unit sees, and what a stack of layers costs.
#pragma once

#include <cstddef>
#include <vector>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

// How many layers of this window, one on another and all of stride 1, does it take until
// a unit sees a square of `side` pixels or more?
inline std::size_t layers_to_see(std::size_t side, const Window& window) {
  // Write: each layer adds window.size - 1 to the side, and no layer sees one pixel.
  (void)side;
  (void)window;
  return 0;
}

// Weights and biases of a stack of convolutions. channels[0] are those of the picture,
// channels[l + 1] the filters of layer l, which all have the same window.
inline std::size_t stack_parameters(const std::vector<std::size_t>& channels,
                                    const Window& window) {
  // Write: a filter has a weight for every pixel and channel under its window.
  (void)channels;
  (void)window;
  return 0;
}

}  // namespace ch06
