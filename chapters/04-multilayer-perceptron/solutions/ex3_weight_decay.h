// Exercise 3 ★★: a price on large weights.
#pragma once

#include "04-multilayer-perceptron/network.h"

namespace ch04 {

// The penalty strength/2 times the sum of the squares of all weights; the biases are
// free. Adds its gradient to the gradients that are there, and returns the penalty.
//
// Every layer's parameters come as weight, bias, weight, bias, ...
inline double add_weight_decay(Network& network, double strength) {
  const std::vector<Parameter*> all = network.parameters();
  double squares = 0;
  for (std::size_t p = 0; p < all.size(); p += 2) {
    for (std::size_t i = 0; i < all[p]->value.values.size(); ++i) {
      const double w = all[p]->value.values[i];
      squares += w * w;
      all[p]->gradient.values[i] += strength * w;
    }
  }
  return strength / 2 * squares;
}

}  // namespace ch04
