// Chapter 1: the mathematics of linear regression.
#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/csv.h"
#include "01-linear-regression/differences.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/linear_model.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"
#include "tests/catch.h"

using namespace ch01;

namespace {

Matrix random_matrix(std::size_t rows, std::size_t cols, Random& random) {
  Matrix a(rows, cols);
  for (double& v : a.values) v = random.normal();
  return a;
}

Vector random_vector(std::size_t n, Random& random) {
  return random_matrix(n, 1, random).values;
}

double loss_at(const LinearModel& model, const Table& table) {
  return mean_squared_error(residuals(model, table.x, table.y));
}

Table random_table(std::size_t rows, std::size_t cols, Random& random) {
  return {random_matrix(rows, cols, random), random_vector(rows, random)};
}

LinearModel least_squares(const Table& table) {
  return as_model(solve_qr(with_ones(table.x), table.y));
}

// 48 points exactly on y = 3x + 1; every number in it is exact in a double.
Table far_line(double offset) {
  Table line{Matrix(48, 1), Vector(48)};
  for (std::size_t i = 0; i < 48; ++i) {
    line.x(i, 0) = offset + static_cast<double>(i) / 64;
    line.y[i] = 3 * line.x(i, 0) + 1;
  }
  return line;
}

std::string message_of(const std::string& text, const std::string& target = "y") {
  std::istringstream in(text);
  try {
    Csv csv = read_csv(in, "t.csv");
    set_apart(csv, target);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

// ANCHOR: worked_example
TEST_CASE("the worked example comes out as on paper") {
  const Table flats = three_flats();
  LinearModel model{{0}, 0};
  CHECK(loss_at(model, flats) == Approx(11));

  const LinearModel slope = gradient(flats.x, residuals(model, flats.x, flats.y));
  CHECK(slope.weights[0] == Approx(-14));
  CHECK(slope.bias == Approx(-6));

  step(model, slope, 0.1);
  CHECK(model.weights[0] == Approx(1.4));
  CHECK(model.bias == Approx(0.6));
  CHECK(loss_at(model, flats) == Approx(2.0 / 3));
}
// ANCHOR_END: worked_example

TEST_CASE("the worked example's best line and its rate limit") {
  const Table flats = three_flats();
  const LinearModel best = least_squares(flats);
  CHECK(best.weights[0] == Approx(1.5));
  CHECK(best.bias == Approx(0).margin(1e-12));
  CHECK(loss_at(best, flats) == Approx(0.5));
  CHECK(2 / largest_curvature(with_ones(flats.x)) == Approx(0.1803).epsilon(1e-3));

  LinearModel model{{0}, 0};
  CHECK(descend(model, flats.x, flats.y, 0.2, 1).back() == Approx(48.2 / 3));
}

// ANCHOR: gradients_agree
TEST_CASE("gradients agree with central differences") {
  Random random(3);
  const std::size_t shapes[][2] = {{7, 3}, {2, 5}, {1, 1}, {17, 4}};
  for (const auto& [rows, cols] : shapes) {
    const Table table = random_table(rows, cols, random);
    const Vector theta = random_vector(cols + 1, random);
    const auto loss = [&](const Vector& t) { return loss_at(as_model(t), table); };

    const LinearModel slope =
        gradient(table.x, residuals(as_model(theta), table.x, table.y));
    for (std::size_t j = 0; j <= cols; ++j) {
      const double derived = j < cols ? slope.weights[j] : slope.bias;
      CHECK(derived == Approx(central_difference(loss, theta, j)).epsilon(1e-8));
    }
  }
}
// ANCHOR_END: gradients_agree

TEST_CASE("the slopes of predict agree through a random projection") {
  Random random(4);
  const Matrix x = random_matrix(6, 3, random);
  const Vector theta = random_vector(4, random), projection = random_vector(6, random);
  const auto f = [&](const Vector& t) {
    return dot(projection, predict(as_model(t), x));
  };
  const Vector derived = multiply(transpose(with_ones(x)), projection);
  for (std::size_t j = 0; j < 4; ++j) {
    CHECK(derived[j] == Approx(central_difference(f, theta, j)).epsilon(1e-8));
  }
}

TEST_CASE("the same rows twice give the same gradient") {
  Random random(5);
  const Table once = random_table(5, 2, random);
  const Table twice = pick(once, {0, 1, 2, 3, 4, 0, 1, 2, 3, 4});
  const LinearModel model{{0.3, -2}, 1};
  const LinearModel a = gradient(once.x, residuals(model, once.x, once.y));
  const LinearModel b = gradient(twice.x, residuals(model, twice.x, twice.y));
  CHECK(a.weights[0] == Approx(b.weights[0]));
  CHECK(a.weights[1] == Approx(b.weights[1]));
  CHECK(a.bias == Approx(b.bias));
}

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

TEST_CASE("descent converges below the limit of the rate and not above") {
  Random random(12);
  const Table table = random_table(19, 3, random);
  const double limit = 2 / largest_curvature(with_ones(table.x));
  LinearModel below{Vector(3), 0}, above = below;
  const Vector falling = descend(below, table.x, table.y, 0.98 * limit, 400);
  const Vector rising = descend(above, table.x, table.y, 1.02 * limit, 400);
  CHECK(falling.size() == 401);
  for (std::size_t k = 1; k < falling.size(); ++k) {
    CHECK(falling[k] <= falling[k - 1] * (1 + 1e-12));
  }
  CHECK(rising.back() > 1e3 * rising.front());
}

TEST_CASE("scaled features have mean 0 and deviation 1") {
  Random random(13);
  Matrix x = random_matrix(40, 3, random);
  for (std::size_t i = 0; i < 40; ++i) {
    x(i, 1) = 2000 + 20 * x(i, 1);
    x(i, 2) = 0.1;  // never changes
  }
  const Matrix z = fit_scaler(x).apply(x);
  for (std::size_t j = 0; j < 3; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < 40; ++i) {
      sum += z(i, j);
      squares += z(i, j) * z(i, j);
    }
    CHECK(sum == Approx(0).margin(1e-10));
    CHECK(squares / 40 == Approx(j == 2 ? 0 : 1).margin(1e-9));
  }
}

TEST_CASE("unscaled weights predict the same") {
  Random random(14);
  const Split data = hold_back(make_flats(40, random), random);
  Regressor regressor{fit_scaler(data.train.x), {random_vector(4, random), 5}};
  const Vector a = predict(regressor, data.test.x);
  const Vector b = predict(unscaled(regressor), data.test.x);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]));
}

// ANCHOR: neighbours
TEST_CASE("a prediction does not depend on the rows beside it") {
  Random random(15);
  const Split data = hold_back(make_flats(40, random), random);
  const Regressor fitted{fit_scaler(data.train.x), {{80, 12, 20, -20}, 240}};
  const Vector together = predict(fitted, data.test.x);
  for (std::size_t i = 0; i < together.size(); ++i) {
    const Vector alone = predict(fitted, pick(data.test, {i}).x);
    CHECK(alone[0] == Approx(together[i]));
  }
}
// ANCHOR_END: neighbours

TEST_CASE("the loss starts at the mean square and ends at the noise") {
  Random random(16);
  const Table flats = make_flats(400, random);
  const Matrix x = fit_scaler(flats.x).apply(flats.x);
  LinearModel model{Vector(kFeatures), 0};
  const Vector losses = descend(model, x, flats.y, 0.1, 200);
  CHECK(losses.front() == Approx(dot(flats.y, flats.y) / 400));
  CHECK(losses.back() == Approx(loss_at(least_squares({x, flats.y}), {x, flats.y})));
  // N(0, 15²) noise, 5 parameters; the mean of 400 squares has a spread of 7 %.
  CHECK(losses.back() == Approx(225.0 * 395 / 400).epsilon(0.25));
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

TEST_CASE("held-back rows and training rows are the table") {
  Random random(19);
  Table table{Matrix(10, 1), Vector(10)};
  for (std::size_t i = 0; i < 10; ++i)
    table.x(i, 0) = table.y[i] = static_cast<double>(i);
  const Split split = hold_back(table, random);
  CHECK(split.train.y.size() == 7);
  CHECK(split.train.x.values == split.train.y);
  Vector all = split.train.y;
  all.insert(all.end(), split.test.y.begin(), split.test.y.end());
  std::sort(all.begin(), all.end());
  CHECK(all == table.y);
}

TEST_CASE("a CSV file is read as it was written") {
  std::istringstream in(
      "\xEF\xBB\xBF"
      "area,\"price, \"\"net\"\"\",floor\r\n 50 ,1e2,-3\r\n\r\n7.5,200,0\r\n");
  Csv csv = read_csv(in, "t.csv");
  REQUIRE(csv.names == std::vector<std::string>{"area", "price, \"net\"", "floor"});
  const Table table = set_apart(csv, "price, \"net\"");
  CHECK(csv.names == std::vector<std::string>{"area", "floor"});
  CHECK(table.y == Vector{100, 200});
  CHECK(table.x.values == std::vector<double>{50, -3, 7.5, 0});
}

TEST_CASE("what is wrong with a CSV file is said with its line and column") {
  CHECK(message_of("x,y\n1,2\n3,four\n") ==
        "t.csv, line 3, column 'y': 'four' is not a number");
  CHECK(message_of("x,y\n1,\n") == "t.csv, line 2, column 'y': '' is not a number");
  CHECK(message_of("x,y\nnan,1\n") ==
        "t.csv, line 2, column 'x': 'nan' is not a number");
  CHECK(message_of("x,y\n\n1,2,3\n") ==
        "t.csv, line 3: 3 fields, but the header has 2");
  CHECK(message_of("x,y\n") == "t.csv: no line of numbers");
  CHECK(message_of("") == "t.csv: no line of numbers");
  CHECK(message_of("x,y\n1,\"2\n") ==
        "t.csv, line 2: a quote is opened and not closed");
  CHECK(message_of("x,y\n1,2\n", "z") == "no column 'z' to predict; there is 'x' 'y'");
  CHECK(message_of("y\n1\n2\n") == "nothing beside 'y' to learn from");
  CHECK_THROWS_AS(read_csv("/nowhere/at-all.csv"), std::runtime_error);
}

TEST_CASE("random numbers are these on every machine") {
  Random random(1);
  CHECK(random.uniform() == 0.5665615751722809);
  double sum = 0, squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  CHECK(sum / 100000 == Approx(0).margin(0.01));
  CHECK(squares / 100000 == Approx(1).epsilon(0.02));

  std::vector<int> seen(7);
  for (int i = 0; i < 7000; ++i) ++seen[random.below(7)];
  for (const int count : seen) CHECK(std::abs(count - 1000) < 150);
  CHECK_THROWS_AS(random.below(0), std::invalid_argument);
}

TEST_CASE("shapes that do not match are named") {
  CHECK_THROWS_WITH(multiply(Matrix(2, 3), Vector(2)),
                    "multiply: shapes [2, 3] and [2] do not match");
  CHECK_THROWS_WITH(multiply(Matrix(2, 3), Matrix(2, 3)),
                    "multiply: shapes [2, 3] and [2, 3] do not match");
  CHECK_THROWS_WITH(residuals({{1}, 0}, Matrix(3, 1), Vector(2)),
                    "residuals: shapes [3, 1] and [2] do not match");
  CHECK_THROWS_AS(dot({1, 2}, {1}), std::invalid_argument);
  CHECK_THROWS_AS(gradient(Matrix(3, 1), Vector(2)), std::invalid_argument);
}
