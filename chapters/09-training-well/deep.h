// The networks of the chapter.
#pragma once

#include <cmath>
#include <cstddef>

#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/network.h"
#include "09-training-well/batch_norm.h"
#include "09-training-well/dropout.h"
#include "09-training-well/layer_norm.h"

namespace ch09 {

using ch01::Random;
using ch04::Dense;
using ch04::ReLU;

enum class Norm { kNone, kBatch, kLayer };

// `depth` hidden layers of `width` ReLUs, whose weights begin with `factor` times the
// deviation of He.
inline Network deep(std::size_t in, std::size_t depth, std::size_t width, double factor,
                    Norm norm, Random& random) {
  Network network;
  for (std::size_t l = 0; l < depth; ++l) {
    const double deviation = factor * std::sqrt(2.0 / static_cast<double>(in));
    network.add<Dense>(ch04::normal(in, width, deviation, random));
    if (norm == Norm::kBatch) network.add<BatchNorm>(width);
    if (norm == Norm::kLayer) network.add<LayerNorm>(width);
    network.add<ReLU>();
    in = width;
  }
  network.add<Dense>(Matrix(10, width));
  return network;
}

// One hidden layer, with what is asked for behind it.
inline Network shallow(std::size_t in, std::size_t hidden, Norm norm, double dropout,
                       Random& random) {
  Network network;
  network.add<Dense>(ch04::he(in, hidden, random));
  if (norm == Norm::kBatch) network.add<BatchNorm>(hidden);
  if (norm == Norm::kLayer) network.add<LayerNorm>(hidden);
  network.add<ReLU>();
  if (dropout > 0) network.add<Dropout>(dropout, 7);
  network.add<Dense>(Matrix(10, hidden));
  return network;
}

}  // namespace ch09
