// What the page works out on paper: four numbers normalised, and the way back.
#pragma once

#include "09-training-well/batch_norm.h"

namespace ch09 {

struct Hand {
  Matrix x{4, 1}, dy{4, 1};

  Hand() {
    x.values = {1, 7, 7, 9};   // mean 6, variance 9
    dy.values = {0, 0, 4, 0};  // only the third output is to change
  }

  // The weight is 3, as the deviation is, so that the two cancel.
  static BatchNorm layer() {
    BatchNorm norm(1);
    norm.parameters()[0]->value(0, 0) = 3;
    return norm;
  }
};

}  // namespace ch09
