// What the network of the chapter costs, layer by layer, and how much each unit sees.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "06-convolutional-networks/shape.h"

namespace ch06 {

struct Stage {
  std::string name;
  Shape out;
  std::size_t parameters, products;  // products of one image, forward
  std::size_t field;                 // side of the square of pixels that a unit sees
};

// ANCHOR: field
// How a unit's square of pixels grows from layer to layer.
struct Field {
  std::size_t side = 1;  // of the square that one unit sees
  std::size_t step = 1;  // pixels between what neighbouring units see

  void through(const Window& window) {
    side += (window.size - 1) * step;
    step *= window.stride;
  }
};
// ANCHOR_END: field

inline std::vector<Stage> lenet_stages(Shape image, std::size_t few = 6,
                                       std::size_t more = 12) {
  std::vector<Stage> stages;
  Field field;
  Shape now = image;
  const auto convolution = [&](std::string name, Window window, std::size_t filters) {
    const std::size_t taps = now.channels * window.size * window.size;
    now = after(now, window, filters);
    field.through(window);
    stages.push_back({name, now, filters * (taps + 1), now.size() * taps, field.side});
  };
  const auto pooling = [&](std::string name, Window window) {
    now = after(now, window, now.channels);
    field.through(window);
    stages.push_back({name, now, 0, 0, field.side});
  };
  convolution("convolution 5×5", {5}, few);
  pooling("max pooling 2×2", {2, 2});
  convolution("convolution 3×3", {3}, more);
  pooling("max pooling 2×2", {2, 2});
  const std::size_t in = now.size();
  now = {10, 1, 1};
  stages.push_back({"dense", now, 10 * (in + 1), 10 * in, image.width});
  return stages;
}

}  // namespace ch06
