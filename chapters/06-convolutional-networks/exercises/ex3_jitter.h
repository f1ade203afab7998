// Exercise 3 ★★: pictures for a network that is to learn about shifts by itself.
#pragma once

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/samples.h"
#include "06-convolutional-networks/shift.h"

namespace ch06 {

// The same samples, each moved by its own random number of pixels, from -most to most
// down and from -most to most to the right.
inline ch04::Samples jittered(const ch04::Samples& samples, const Shape& shape,
                              int most, ch01::Random& random) {
  // Write: for each row, draw the two numbers with random.below() and move the image.
  (void)shape;
  (void)most;
  (void)random;
  return samples;
}

}  // namespace ch06
