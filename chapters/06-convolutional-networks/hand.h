// The example that the chapter works through on paper.
#pragma once

#include "06-convolutional-networks/conv.h"

namespace ch06 {

// ANCHOR: hand
struct Hand {
  Matrix image{1, 9};   // one channel of 3 × 3 pixels
  Matrix filter{1, 4};  // one filter of 2 × 2
  Matrix wanted{1, 4};  // what we would like to see at its four places

  Hand() {
    image.values = {1, 2, 0, 0, 1, 3, 2, 1, 1};
    filter.values = {1, -1, 0, 2};
    wanted.values = {-1, 8, 2, -3};
  }
  Conv2d layer() const { return Conv2d({1, 3, 3}, {2}, filter); }
};

// Half the sum of (y - wanted)², and its gradient.
inline double half_square(const Matrix& y, const Matrix& wanted, Matrix* gradient) {
  double sum = 0;
  *gradient = y;
  for (std::size_t k = 0; k < y.values.size(); ++k) {
    gradient->values[k] -= wanted.values[k];
    sum += gradient->values[k] * gradient->values[k];
  }
  return sum / 2;
}
// ANCHOR_END: hand

}  // namespace ch06
