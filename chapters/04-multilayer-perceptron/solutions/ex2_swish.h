// Exercise 2 ★★: an activation of your own.
#pragma once

#include "04-multilayer-perceptron/layers.h"

namespace ch04 {

// Swish: x · sigmoid(x), smooth everywhere and close to ReLU far from zero.
struct SwishFunction {
  static double value(double x) { return x * ch02::sigmoid(x); }

  // s + x s (1 - s), where x s is y.
  static double slope(double x, double y) {
    const double s = ch02::sigmoid(x);
    return s + y * (1 - s);
  }
};

using Swish = Activation<SwishFunction>;

}  // namespace ch04
