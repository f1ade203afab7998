// The worked example: two ways to order the same twelve products.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch11 {

using ch01::Matrix;

// ANCHOR: hand
struct Hand {
  Matrix a{2, 3}, b{3, 2};
  Hand() {
    a.values = {1, 2, 3, 4, 5, 6};
    b.values = {7, 8, 9, 10, 11, 12};
  }
};

// What C holds after each step of the depth: a column of A times a row of B is added.
inline std::vector<Matrix> by_steps(const Matrix& a, const Matrix& b) {
  std::vector<Matrix> all;
  Matrix c(a.rows, b.cols);
  for (std::size_t p = 0; p < a.cols; ++p) {
    for (std::size_t i = 0; i < c.rows; ++i) {
      for (std::size_t j = 0; j < c.cols; ++j) c(i, j) += a(i, p) * b(p, j);
    }
    all.push_back(c);
  }
  return all;
}
// ANCHOR_END: hand

}  // namespace ch11
