// Random tables and their losses, for the tests of chapter 1.
#pragma once

#include "01-linear-regression/linear_model.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"

namespace ch01 {

inline Matrix random_matrix(std::size_t rows, std::size_t cols, Random& random) {
  Matrix a(rows, cols);
  for (double& v : a.values) v = random.normal();
  return a;
}

inline Vector random_vector(std::size_t n, Random& random) {
  return random_matrix(n, 1, random).values;
}

inline double loss_at(const LinearModel& model, const Table& table) {
  return mean_squared_error(residuals(model, table.x, table.y));
}

inline Table random_table(std::size_t rows, std::size_t cols, Random& random) {
  return {random_matrix(rows, cols, random), random_vector(rows, random)};
}

inline LinearModel least_squares(const Table& table) {
  return as_model(solve_qr(with_ones(table.x), table.y));
}

}  // namespace ch01
