// Flats and their prices, drawn from a law that we state and then pretend not to know.
#pragma once

#include <cmath>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"

namespace ch01 {

// ANCHOR: law
constexpr std::size_t kFeatures = 4;
constexpr const char* kFeatureNames[kFeatures] = {"area", "floor", "built", "distance"};
constexpr double kLaw[kFeatures] = {3.0, 4.0, 0.8, -5.0};  // thousand euros a unit
constexpr double kLawBias = 60 - 0.8 * 2000;
constexpr double kNoise = 15;  // what the law does not explain, standard deviation
// ANCHOR_END: law

// A table with one column set apart, which is to be predicted from the others.
struct Table {
  Matrix x;  // [N, d]
  Vector y;  // [N]
};

// ANCHOR: make_flats
inline Table make_flats(std::size_t count, Random& random) {
  Table flats{Matrix(count, kFeatures), Vector(count)};
  for (std::size_t i = 0; i < count; ++i) {
    flats.x(i, 0) = std::round(random.uniform(25, 120));           // m²
    flats.x(i, 1) = static_cast<double>(random.below(10));         // 0 = ground
    flats.x(i, 2) = 1950 + static_cast<double>(random.below(75));  // year
    flats.x(i, 3) = std::round(random.uniform(5, 150)) / 10;       // km to the centre
    flats.y[i] = kLawBias + kNoise * random.normal();              // thousand euros
    for (std::size_t j = 0; j < kFeatures; ++j) flats.y[i] += kLaw[j] * flats.x(i, j);
  }
  return flats;
}
// ANCHOR_END: make_flats

// One, two and three rooms cost 2, 2 and 5 hundred thousand euros.
inline Table three_flats() {
  Table flats{Matrix(3, 1), {2, 2, 5}};
  flats.x.values = {1, 2, 3};
  return flats;
}

inline Table pick(const Table& table, const std::vector<std::size_t>& rows) {
  Table part{Matrix(rows.size(), table.x.cols), Vector(rows.size())};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < table.x.cols; ++j) part.x(i, j) = table.x(rows[i], j);
    part.y[i] = table.y[rows[i]];
  }
  return part;
}

// Three quarters of the rows to learn from, the others to be tested on, at random.
struct Split {
  Table train, test;
};

inline Split hold_back(const Table& table, Random& random) {
  std::vector<std::size_t> train(table.y.size()), test;
  for (std::size_t i = 0; i < train.size(); ++i) train[i] = i;
  random.shuffle(train);
  while (4 * train.size() > 3 * table.y.size()) {
    test.push_back(train.back());
    train.pop_back();
  }
  return {pick(table, train), pick(table, test)};
}

}  // namespace ch01
