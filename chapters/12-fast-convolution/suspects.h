// The planted bugs in training, and under four checks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/train.h"
#include "06-convolutional-networks/check.h"
#include "06-convolutional-networks/pool.h"
#include "06-convolutional-networks/studies.h"
#include "12-fast-convolution/broken.h"
#include "12-fast-convolution/compare.h"

namespace ch12 {

using ch04::Network;
// A convolution of 3 × 3 taps and stride 1, and one of 5 × 5 with a stride.
template <class Layer>
Network suspect(Shape image, Random& random) {
  const Window first{3, 1, 1}, second{5, 2, 1}, half{2, 2};
  const Shape maps = after(image, first, 4), maps2 = after(maps, second, 8);
  Network net;
  net.add<Layer>(image, first, ch04::he(image.channels * 9, 4, random));
  net.add<ch04::ReLU>();
  net.add<Layer>(maps, second, ch04::he(100, 8, random));
  net.add<ch04::ReLU>().add<ch06::MaxPool>(maps2, half);
  net.add<ch04::Dense>(ch04::he(after(maps2, half, 8).size(), 10, random));
  return net;
}

template <class Layer>
ch06::Curve try_out(const char* name, const ch06::Options& options,
                    const ch04::Data& data) {
  const ch04::Samples train = ch04::first_of(data.train, 600);
  Random weights(options.seed), random(options.seed);
  Network net = suspect<Layer>(ch06::kImage, weights);
  std::vector<std::size_t> order = ch04::in_order(train.count());
  std::vector<double> losses;
  for (int epoch = 0; epoch < 3; ++epoch) {
    random.shuffle(order);
    const auto more = ch04::train_epoch(net, train, order, 20, 0.05);
    losses.insert(losses.end(), more.begin(), more.end());
  }
  const ch06::Curve curve = ch04::smoothed(name, losses, 20);
  Random dice(9);
  // One small image, and the two windows of the network.
  double small = 0, large = 0, products = 0;
  double forward = 0;
  for (const Window& w : {Window{3, 1, 1}, Window{5, 2, 1}}) {
    Layer layer({2, 6, 8}, w, ch04::he(2 * w.size * w.size, 3, dice));
    const Matrix one = ch04::normal(96, 1, 1, dice);
    small = std::max(small, ch06::check_layer(layer, one, dice).worst_relative_error);
    products = std::max(products, ch06::two_products(layer, one, dice));
    const Apart found = against_loops<Layer>({3, 13, 18}, w, 5, 2, dice);
    forward = std::max(forward, found.forward);
    large = std::max(large, found.all);
  }
  std::printf("%-20s %6.3f %6.3f %9.0e %9.0e %9.0e %9.0e\n", name, curve.y.back(),
              accuracy(net, data.test), products, small, forward, large);
  return curve;
}

}  // namespace ch12
