// Random numbers and a matcher, for the tests of chapter 2.
#pragma once

#include <string>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax_regression.h"
#include "tests/catch.h"

namespace ch02 {

using ch01::Random;

inline Vector normals(std::size_t n, Random& random, double size = 1) {
  Vector values(n);
  for (double& v : values) v = size * random.normal();
  return values;
}

inline Matrix normals(std::size_t rows, std::size_t cols, Random& random,
                      double size = 1) {
  Matrix m(rows, cols);
  m.values = normals(rows * cols, random, size);
  return m;
}

// Named so in version 2 of Catch2 and in version 3.
inline auto mentions(const std::string& text) {
  return Catch::Matchers::Matches(".*" + text + ".*");
}

}  // namespace ch02
