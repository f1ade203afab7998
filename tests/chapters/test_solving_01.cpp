// Chapter 1: least squares in one step, by normal equations and by QR.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/linear_model.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"
#include "tests/catch.h"
#include "tests/chapters/shared_01.h"

using namespace ch01;

namespace {

// 48 points exactly on y = 3x + 1; every number in it is exact in a double.
Table far_line(double offset) {
  Table line{Matrix(48, 1), Vector(48)};
  for (std::size_t i = 0; i < 48; ++i) {
    line.x(i, 0) = offset + static_cast<double>(i) / 64;
    line.y[i] = 3 * line.x(i, 0) + 1;
  }
  return line;
}

}  // namespace

TEST_CASE("the best residual is perpendicular to every column") {
  Random random(6);
  const Table table = random_table(23, 5, random);
  const Matrix a = with_ones(table.x);
  const Vector residual = residuals(least_squares(table), table.x, table.y);
  for (const double product : multiply(transpose(a), residual)) {
    CHECK(std::abs(product) < 1e-12);
  }
}

TEST_CASE("no model near the best one is better") {
  Random random(7);
  const Table table = random_table(9, 3, random);
  const LinearModel best = least_squares(table);
  for (int trial = 0; trial < 20; ++trial) {
    LinearModel other = best;
    step(other, {random_vector(3, random), random.normal()}, 0.01);
    CHECK(loss_at(other, table) > loss_at(best, table));
  }
}

TEST_CASE("descent and normal equations and QR meet in one place") {
  Random random(8);
  const Table table = random_table(31, 4, random);
  const Matrix a = with_ones(table.x);
  const Vector qr = solve_qr(a, table.y), normal = solve_normal_equations(a, table.y);
  LinearModel model{Vector(4), 0};
  descend(model, table.x, table.y, 1 / largest_curvature(a), 500);
  for (std::size_t j = 0; j < 5; ++j) {
    CHECK(normal[j] == Approx(qr[j]).epsilon(1e-10));
    CHECK((j < 4 ? model.weights[j] : model.bias) == Approx(qr[j]).epsilon(1e-8));
  }
}

TEST_CASE("QR keeps digits that the normal equations lose") {
  const Table line = far_line(1e4);
  const Matrix a = with_ones(line.x);
  const double by_qr = std::abs(solve_qr(a, line.y)[1] - 1);
  const double by_normal = std::abs(solve_normal_equations(a, line.y)[1] - 1);
  CHECK(condition_number(a) > 1e8);
  CHECK(by_qr < 1e-5);
  CHECK(by_normal > 1000 * by_qr);
}

TEST_CASE("dependent columns are refused") {
  Matrix a(4, 3);
  a.values = {1, 2, 3, 4, 5, 9, 7, 8, 15, 2, 1, 3};  // the third is the sum
  CHECK_THROWS_AS(solve_qr(a, Vector(4, 1)), std::domain_error);
  CHECK_THROWS_AS(solve_normal_equations(a, Vector(4, 1)), std::domain_error);
  CHECK_THROWS_AS(solve_qr(Matrix(4, 2, 0.0), Vector(4, 1)), std::domain_error);
  CHECK_THROWS_AS(solve_qr(Matrix(2, 3, 1.0), Vector(2, 1)), std::invalid_argument);
}

TEST_CASE("Cholesky's factor multiplies back to the matrix") {
  Random random(9);
  const Matrix x = random_matrix(8, 5, random);
  const Matrix g = multiply(transpose(x), x), l = cholesky(g);
  const Matrix back = multiply(l, transpose(l));
  for (std::size_t i = 0; i < g.values.size(); ++i) {
    CHECK(back.values[i] == Approx(g.values[i]).margin(1e-12));
  }
  CHECK(l(0, 4) == 0);
}

TEST_CASE("a reflection clears a column and keeps every length") {
  Random random(10);
  const Matrix before = random_matrix(6, 3, random);
  Matrix after = before;
  reflect(reflector(before, 1), after, 1, 1);
  for (std::size_t i = 2; i < 6; ++i) CHECK(std::abs(after(i, 1)) < 1e-14);
  for (std::size_t k = 0; k < 3; ++k) {
    double old_square = 0, new_square = 0;
    for (std::size_t i = 1; i < 6; ++i) {
      old_square += before(i, k) * before(i, k);
      new_square += after(i, k) * after(i, k);
    }
    CHECK(new_square == Approx(old_square));
  }
  Matrix small(2, 1);
  small.values = {3, 4};  // the figure's example
  const Reflector h = reflector(small, 0);
  CHECK(h.v[0] == Approx(8));
  reflect(h, small, 0, 0);
  CHECK(small(0, 0) == Approx(-5));
  CHECK(small(1, 0) == Approx(0).margin(1e-15));
}

TEST_CASE("singular values of matrices whose own are known") {
  Matrix a(3, 2);
  a.values = {3, 0, 0, 4, 0, 0};
  CHECK(singular_values(a)[0] == Approx(4));
  CHECK(singular_values(a)[1] == Approx(3));
  CHECK(condition_number(a) == Approx(4.0 / 3));

  Matrix b(2, 2);
  b.values = {1, 1, 0, 1};  // the golden ratio and its inverse
  CHECK(singular_values(b)[0] == Approx((1 + std::sqrt(5)) / 2));
  CHECK(singular_values(b)[1] == Approx((std::sqrt(5) - 1) / 2));

  Random random(11);
  const Matrix c = random_matrix(9, 4, random);
  const Vector sigma = singular_values(c);
  CHECK(dot(sigma, sigma) == Approx(dot(c.values, c.values)));
  CHECK(std::is_sorted(sigma.rbegin(), sigma.rend()));
}

TEST_CASE("twenty rows and twenty parameters leave no error") {
  Random random(17);
  const Table table = random_table(20, 19, random);
  CHECK(loss_at(least_squares(table), table) < 1e-20);
}

TEST_CASE("the law is found again where there is no noise") {
  Random random(18);
  Table flats = make_flats(60, random);
  for (std::size_t i = 0; i < 60; ++i) {
    flats.y[i] = kLawBias;
    for (std::size_t j = 0; j < kFeatures; ++j) flats.y[i] += kLaw[j] * flats.x(i, j);
  }
  const LinearModel found = least_squares(flats);
  for (std::size_t j = 0; j < kFeatures; ++j) {
    CHECK(found.weights[j] == Approx(kLaw[j]).epsilon(1e-8));
  }
  CHECK(found.bias == Approx(kLawBias).epsilon(1e-8));
}
