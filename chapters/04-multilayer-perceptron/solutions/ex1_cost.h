// Exercise 1 ★: what a network of dense layers costs, from its widths alone.
#pragma once

#include <cstddef>
#include <vector>

namespace ch04 {

// Weights and biases of the network with these widths: {784, 128, 10} has 101770.
inline std::size_t parameter_count(const std::vector<std::size_t>& widths) {
  std::size_t count = 0;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    count += widths[l] * widths[l - 1] + widths[l];
  }
  return count;
}

// Multiplications in the matrix products of one training step with a batch of n
// samples: forward, the weight gradients, and the gradients handed down. Nothing is
// handed down below the first layer.
inline std::size_t step_multiplications(const std::vector<std::size_t>& widths,
                                        std::size_t n) {
  std::size_t count = 0;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    count += (l == 1 ? 2 : 3) * n * widths[l] * widths[l - 1];
  }
  return count;
}

}  // namespace ch04
