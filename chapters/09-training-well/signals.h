// How large signals are, layer after layer, on the way forward and on the way back.
#pragma once

#include <cmath>
#include <cstddef>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/network.h"

namespace ch09 {

using ch01::Matrix;
using ch01::Random;
using ch01::Vector;
using ch04::Network;

inline double mean_square(const Matrix& m) {
  double sum = 0;
  for (double v : m.values) sum += v * v;
  return sum / static_cast<double>(m.values.size());
}

inline double square_length(const Matrix& m) {
  return mean_square(m) * static_cast<double>(m.values.size());
}

struct Sizes {
  Vector forward;   // mean square of the activations, [0] that of the inputs
  Vector backward;  // mean square of dL/da at the same places
};

// ANCHOR: sizes
// Layers of `width` units whose weights have the variance factor / width. The means are
// taken over `draws` networks.
template <class Activation>
Sizes sizes(std::size_t depth, std::size_t width, double factor, int draws,
            Random& random) {
  const double deviation = std::sqrt(factor / static_cast<double>(width));
  Sizes mean{Vector(depth + 1), Vector(depth + 1)};
  for (int d = 0; d < draws; ++d) {
    Network network;
    for (std::size_t l = 0; l < depth; ++l) {
      network.add<ch04::Dense>(ch04::normal(width, width, deviation, random));
      network.add<Activation>();
    }
    Matrix a = ch04::normal(width, 24, 1, random);
    mean.forward[0] += mean_square(a) / draws;
    for (std::size_t l = 0; l < depth; ++l) {
      a = network.layer(2 * l + 1).forward(network.layer(2 * l).forward(a));
      mean.forward[l + 1] += mean_square(a) / draws;
    }
    Matrix da = ch04::normal(width, 24, 1, random);
    mean.backward[depth] += mean_square(da) / draws;
    for (std::size_t l = depth; l-- > 0;) {
      da = network.layer(2 * l).backward(network.layer(2 * l + 1).backward(da));
      mean.backward[l] += mean_square(da) / draws;
    }
  }
  return mean;
}
// ANCHOR_END: sizes

}  // namespace ch09
