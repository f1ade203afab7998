// Solution 4: every sample is held back once.
#pragma once

#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/train.h"

namespace ch09 {

struct Fold {
  std::vector<std::size_t> train, held_back;  // numbers of samples
};

inline std::vector<Fold> folds(std::size_t count, std::size_t k, ch01::Random& random) {
  std::vector<std::size_t> order = ch04::in_order(count);
  random.shuffle(order);
  std::vector<Fold> all(k);
  for (std::size_t f = 0; f < k; ++f) {
    const std::size_t first = f * count / k, last = (f + 1) * count / k;
    for (std::size_t i = 0; i < count; ++i) {
      auto& to = i >= first && i < last ? all[f].held_back : all[f].train;
      to.push_back(order[i]);
    }
  }
  return all;
}

}  // namespace ch09
