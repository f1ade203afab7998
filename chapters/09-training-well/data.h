// Small pictures of clothes: chapter 4's, shrunk to 14 by 14 and standardised.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "04-multilayer-perceptron/program.h"
#include "06-convolutional-networks/pool.h"
#include "09-training-well/mode.h"

namespace ch09 {

using ch01::Random;
using ch04::Samples;

// ANCHOR: standard
// One mean and one deviation for all pixels, measured on some images, kept for others.
struct Standard {
  double mean = 0, deviation = 1;
};

inline Standard measured_on(const Matrix& x) {
  const double count = static_cast<double>(x.values.size());
  double mean = 0, variance = 0;
  for (double v : x.values) mean += v / count;
  for (double v : x.values) variance += (v - mean) * (v - mean) / count;
  return {mean, std::sqrt(variance)};
}

inline Samples standardised(Samples samples, const Standard& standard) {
  for (double& v : samples.inputs.values) v = (v - standard.mean) / standard.deviation;
  return samples;
}
// ANCHOR_END: standard

struct Options {
  std::string out = "chapter-09-out";
  std::uint64_t seed = 9;
  int epochs = 32;
  bool digits = false, marks = false;
};

// The samples first, ..., first + count - 1.
inline Samples part(const Samples& from, std::size_t first, std::size_t count) {
  return ch04::gather(from, ch04::in_order(from.count()), first, first + count);
}

// Every image the mean of squares of 2 by 2 pixels, by chapter 6's layer.
inline Samples shrunk(Samples samples) {
  ch06::MeanPool halve({1, 28, 28}, {2, 2});
  samples.inputs = halve.forward(samples.inputs);
  return samples;
}

// ANCHOR: sets
struct Sets {
  Samples train;      // to learn from
  Samples held_back;  // to choose by
  Samples test;       // to report, once
};
// ANCHOR_END: sets

constexpr std::size_t kPixels = 14 * 14;

// Not standardised yet: see standardise().
inline Sets load(const Options& options) {
  ch04::Options earlier;
  earlier.seed = options.seed;
  earlier.digits = options.digits;
  earlier.images = 3600;
  const ch04::Data data = ch04::load(earlier);
  const Samples train = shrunk(data.train);
  return {part(train, 0, 3200), part(train, 3200, 400),
          shrunk(ch04::first_of(data.test, 2000))};
}

// What the training images say is done to all.
inline Sets standardise(const Sets& sets) {
  const Standard standard = measured_on(sets.train.inputs);
  return {standardised(sets.train, standard), standardised(sets.held_back, standard),
          standardised(sets.test, standard)};
}

// Gives the share of the samples another label than their own.
inline Samples mislabelled(Samples samples, double share, std::size_t classes,
                           Random& random) {
  for (int& label : samples.labels) {
    if (random.uniform() >= share) continue;
    const std::size_t on = 1 + random.below(classes - 1);
    label = static_cast<int>((static_cast<std::size_t>(label) + on) % classes);
  }
  return samples;
}

// Every image left as it is or turned left to right, as a coin says.
inline void mirror_some(Matrix& x, Random& random) {
  for (std::size_t n = 0; n < x.rows; ++n) {
    if (random.uniform() < 0.5) continue;
    for (std::size_t i = 0; i < 14; ++i)
      for (std::size_t j = 0; j < 7; ++j)
        std::swap(x(n, 14 * i + j), x(n, 14 * i + 13 - j));
  }
}

}  // namespace ch09
