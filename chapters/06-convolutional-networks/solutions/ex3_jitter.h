// Solution 3: pictures for a network that is to learn about shifts by itself.
#pragma once

#include <algorithm>
#include <cstddef>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/samples.h"
#include "06-convolutional-networks/shift.h"

namespace ch06 {

inline ch04::Samples jittered(const ch04::Samples& samples, const Shape& shape,
                              int most, ch01::Random& random) {
  ch04::Samples moved = samples;
  const std::size_t width = samples.inputs.cols;
  const auto draw = [&] {
    return static_cast<int>(random.below(static_cast<std::size_t>(2 * most + 1))) -
           most;
  };
  for (std::size_t n = 0; n < samples.count(); ++n) {
    Matrix image(1, width);
    std::copy_n(&samples.inputs.values[n * width], width, image.values.begin());
    const int down = draw(), right = draw();
    image = shifted(image, shape, down, right);
    std::copy_n(image.values.begin(), width, &moved.inputs.values[n * width]);
  }
  return moved;
}

}  // namespace ch06
