// The planted bugs in training, and under three checks.
#pragma once

#include <algorithm>
#include <cstdio>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "06-convolutional-networks/broken.h"
#include "06-convolutional-networks/check.h"
#include "06-convolutional-networks/studies.h"

namespace ch06 {

// Two convolutions, the first of stride 2 and the second framed, and a pool.
template <class ConvType, class PoolType>
Network suspect(Shape image, Random& random) {
  const Window first{5, 2, 2}, second{3, 1, 1}, half{2, 2};
  const Shape maps = after(image, first, 4), maps2 = after(maps, second, 6);
  Network net;
  net.add<ConvType>(image, first, he(image.channels * 25, 4, random));
  net.add<ReLU>();
  net.add<ConvType>(maps, second, he(36, 6, random));
  net.add<ReLU>().add<PoolType>(maps2, half);
  net.add<Dense>(he(after(maps2, half, 6).size(), 10, random));
  return net;
}

// Check 1: one convolution, one image, no frame, no pool.
template <class ConvType>
double lazy_check() {
  Random random(9);
  Network net;
  net.add<ConvType>(Shape{1, 5, 5}, Window{3}, he(9, 2, random)).template add<ReLU>();
  net.add<Dense>(he(18, 3, random));
  const Samples batch = ch04::random_batch(1, 25, 3, random);
  return ch04::check(net, batch).worst_relative_error;
}

// Check 2: the network itself on small images that are not square, in two halves.
template <class ConvType, class PoolType>
double full_check() {
  Random random(9);
  const Shape image{2, 9, 12};
  Network net = suspect<ConvType, PoolType>(image, random);
  const Samples batch = ch04::random_batch(3, image.size(), 10, random);
  return ch04::check(net, batch).worst_relative_error;
}

// Check 3: the two products, on pixels many of which are equal.
template <class ConvType, class PoolType>
double products_check() {
  Random random(9);
  const Shape image{2, 6, 8};
  ConvType conv(image, {3, 1, 1}, he(18, 3, random));
  PoolType pool(image, {2, 2});
  const Matrix x = few_values(3, image.size(), random);
  return std::max(two_products(conv, x, random), two_products(pool, x, random));
}

template <class ConvType, class PoolType>
Curve try_out(const char* name, const Options& options, const Data& data) {
  const Samples train = first_of(data.train, 600);
  Random weights(options.seed), random(options.seed);
  Network net = suspect<ConvType, PoolType>(kImage, weights);
  std::vector<std::size_t> order = ch04::in_order(train.count());
  std::vector<double> losses;
  for (int epoch = 0; epoch < 5; ++epoch) {
    random.shuffle(order);
    const auto more = ch04::train_epoch(net, train, order, 20, 0.05);
    losses.insert(losses.end(), more.begin(), more.end());
  }
  const Curve curve = ch04::smoothed(name, losses, 20);
  std::printf("%-20s %7.3f %7.3f %9.0e %9.0e %9.0e\n", name, curve.y.back(),
              accuracy(net, data.test), lazy_check<ConvType>(),
              full_check<ConvType, PoolType>(), products_check<ConvType, PoolType>());
  return curve;
}

inline void break_it(const Options& options, const Data& data, Report& report) {
  auto section = report.section("broken");
  std::printf("%-20s %7s %7s %9s %9s %9s\n", "", "loss", "test", "check 1", "check 2",
              "check 3");
  const std::vector<Curve> curves = {
      try_out<Conv2d, MaxPool>("right", options, data),
      try_out<ConvNotTurned, MaxPool>("not turned", options, data),
      try_out<ConvFromCorner, MaxPool>("from the corner", options, data),
      try_out<ConvLastPlace, MaxPool>("last place's bias", options, data),
      try_out<Conv2d, MaxPoolToAll>("to all", options, data),
      try_out<Conv2d, MaxPoolToEqual>("to all the equal", options, data)};
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

}  // namespace ch06
