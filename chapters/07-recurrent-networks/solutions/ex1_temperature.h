// Exercise 1 ★: bolder and more careful writing.
#pragma once

#include <cstddef>
#include <vector>

#include "02-logistic-regression/softmax.h"

namespace ch07 {

// The probabilities of the next letter when its scores are divided by a temperature
// above zero. Below 1 the likely letters gain, above 1 the unlikely ones.
inline std::vector<double> at_temperature(const std::vector<double>& scores,
                                          double temperature) {
  std::vector<double> p = scores;
  for (double& z : p) z /= temperature;
  ch02::softmax(p.data(), p.size(), p.data());
  return p;
}

// The letter into which `u`, uniform in [0, 1), falls, if the letters lie side by side,
// each as wide as its probability.
inline std::size_t pick(const std::vector<double>& probabilities, double u) {
  std::size_t k = 0;
  while (k + 1 < probabilities.size() && u >= probabilities[k]) u -= probabilities[k++];
  return k;
}

}  // namespace ch07
