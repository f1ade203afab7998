// The networks of the chapter.
#pragma once

#include <cstddef>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/network.h"
#include "06-convolutional-networks/conv.h"
#include "06-convolutional-networks/pool.h"

namespace ch06 {

using ch01::Random;
using ch04::Dense;
using ch04::he;
using ch04::Network;
using ch04::ReLU;

// ANCHOR: lenet
// After LeCun's: filters and pooling, twice, and a dense layer on what is left.
inline Network lenet(Shape image, Random& random, std::size_t few = 6,
                     std::size_t more = 12) {
  const Window five{5}, three{3}, half{2, 2};
  const Shape maps = after(image, five, few), pooled = after(maps, half, few);
  const Shape maps2 = after(pooled, three, more), last = after(maps2, half, more);
  Network net;
  net.add<Conv2d>(image, five, he(image.channels * 25, few, random));
  net.add<ReLU>().add<MaxPool>(maps, half);
  net.add<Conv2d>(pooled, three, he(few * 9, more, random));
  net.add<ReLU>().add<MaxPool>(maps2, half);
  net.add<Dense>(Matrix(10, last.size()));
  return net;
}
// ANCHOR_END: lenet

// ANCHOR: anywhere
// The same filters, but of each of the last maps only its largest value is kept: how
// strongly a thing was seen, and not where.
inline Network anywhere(Shape image, Random& random, std::size_t few = 6,
                        std::size_t more = 12) {
  const Window five{5}, three{3}, half{2, 2};
  const Shape maps = after(image, five, few), pooled = after(maps, half, few);
  const Shape maps2 = after(pooled, three, more);
  Network net;
  net.add<Conv2d>(image, five, he(image.channels * 25, few, random));
  net.add<ReLU>().add<MaxPool>(maps, half);
  net.add<Conv2d>(pooled, three, he(few * 9, more, random));
  net.add<ReLU>().add<MaxPool>(maps2, Window{maps2.height});
  net.add<Dense>(Matrix(10, more));
  return net;
}
// ANCHOR_END: anywhere

}  // namespace ch06
