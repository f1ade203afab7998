// Chapter 1: the model, its gradient and how it is trained. What its planted bugs break
// is noticed here.
#include "01-linear-regression/condition.h"
#include "01-linear-regression/differences.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/linear_model.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"
#include "tests/catch.h"
#include "tests/chapters/shared_01.h"

using namespace ch01;

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
