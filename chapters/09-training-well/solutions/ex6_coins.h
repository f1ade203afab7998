// Solution 6: nobody can predict a coin.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/train.h"

namespace ch09 {

using ch01::Matrix;
using ch04::Samples;

// How far apart the two classes are in a column, over the samples first, ..., last - 1.
inline double difference(const Samples& s, std::size_t column, std::size_t first,
                         std::size_t last) {
  double sum[2] = {0, 0}, count[2] = {1e-9, 1e-9};
  for (std::size_t i = first; i < last; ++i) {
    sum[s.labels[i]] += s.inputs(i, column);
    ++count[s.labels[i]];
  }
  return sum[1] / count[1] - sum[0] / count[0];
}

// Takes the 20 columns in which the classes of the first half are farthest apart: to choose
// is to learn. Learns there, too, which sign belongs to which class, and is judged on the second half.
inline double accuracy_on_the_second_half(const Samples& s) {
  const std::size_t half = s.count() / 2;
  std::vector<std::size_t> columns = ch04::in_order(s.inputs.cols);
  const auto farther = [&](std::size_t a, std::size_t b) {
    return std::abs(difference(s, a, 0, half)) > std::abs(difference(s, b, 0, half));
  };
  std::partial_sort(columns.begin(), columns.begin() + 20, columns.end(), farther);
  double right = 0;
  for (std::size_t i = half; i < s.count(); ++i) {
    double score = 0;
    for (std::size_t k = 0; k < 20; ++k)
      score += difference(s, columns[k], 0, half) * s.inputs(i, columns[k]);
    right += (score > 0) == (s.labels[i] == 1);
  }
  return right / static_cast<double>(s.count() - half);
}

}  // namespace ch09
