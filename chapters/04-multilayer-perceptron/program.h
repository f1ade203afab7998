// What the chapter's program is run with, the data it finds, and small helpers.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/digits.h"
#include "02-logistic-regression/idx.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/train.h"

namespace ch04 {

using ch01::Random;
using Names = std::vector<std::string>;

struct Options {
  std::string out = "chapter-04-out";
  std::uint64_t seed = 4;
  int images = 20000, hidden = 128, epochs = 8, batch = 32;
  double rate = 0.1;
  bool digits = false, marks = false;
};

inline void print(const char* name, const Matrix& m) {
  for (std::size_t i = 0; i < m.rows; ++i) {
    std::printf("%-5s", i == 0 ? name : "");
    for (std::size_t j = 0; j < m.cols; ++j) std::printf(" %8.4f", m(i, j) + 0.0);
    std::printf("\n");
  }
}

inline double mean(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

// Of the processor's time, which other programs on the machine do not disturb.
inline double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

inline Samples first_of(const Samples& samples, std::size_t count) {
  return gather(samples, in_order(samples.count()), 0,
                std::min(count, samples.count()));
}

// The probability of class 1 for each sample of a problem with two classes.
inline std::vector<double> probabilities(Network& network, const Samples& samples) {
  const Matrix z = network.forward(samples.inputs);
  std::vector<double> p;
  for (std::size_t i = 0; i < z.rows; ++i)
    p.push_back(ch02::sigmoid(z(i, 1) - z(i, 0)));
  return p;
}

struct Data {
  Samples train, test;
  Names names;
};

inline Samples from_images(const ch02::Images& images) {
  return {ch02::as_rows(images), images.labels};
}

inline Data load(const Options& options) {
  using ch02::Split;
  const std::string folder = options.digits ? "" : ch02::find_fashion_mnist();
  const auto count = static_cast<std::size_t>(options.images);
  if (!folder.empty()) {
    return {from_images(ch02::load_fashion_mnist(folder, Split::kTrain, count)),
            from_images(ch02::load_fashion_mnist(folder, Split::kTest)),
            {"T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt",
             "sneaker", "bag", "boot"}};
  }
  Random random(options.seed);
  return {from_images(ch02::draw_digits(count, random)),
          from_images(ch02::draw_digits(4000, random)),
          {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
}

// ANCHOR: image_network
// The output layer may start at zero: its labels tell its units apart.
inline Network image_network(std::size_t in, std::size_t hidden, Random& random) {
  Network network;
  network.add<Dense>(he(in, hidden, random)).add<ReLU>();
  network.add<Dense>(Matrix(10, hidden));
  return network;
}
// ANCHOR_END: image_network

}  // namespace ch04
