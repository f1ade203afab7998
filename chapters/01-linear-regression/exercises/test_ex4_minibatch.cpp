#include <stdexcept>

#include "01-linear-regression/features.h"
#include "01-linear-regression/solve.h"
#include "ex4_minibatch.h"
#include "tests/catch.h"

namespace {

ch01::Table scaled_flats() {
  ch01::Random random(6);
  ch01::Table flats = ch01::make_flats(101, random);
  flats.x = ch01::fit_scaler(flats.x).apply(flats.x);
  return flats;
}

double loss(const ch01::LinearModel& model, const ch01::Table& table) {
  return ch01::mean_squared_error(ch01::residuals(model, table.x, table.y));
}

}  // namespace

TEST_CASE("one batch of all rows is a step of gradient descent") {
  const ch01::Table flats = scaled_flats();
  ch01::Random random(1);
  ch01::LinearModel a{ch01::Vector(4), 0}, b = a;
  ex4::one_pass(a, flats, 0.1, 101, random);
  ch01::descend(b, flats.x, flats.y, 0.1, 1);
  for (std::size_t j = 0; j < 4; ++j) REQUIRE(a.weights[j] == Approx(b.weights[j]));
  REQUIRE(a.bias == Approx(b.bias));
}

TEST_CASE("a pass uses every row once") {
  // At a tiny rate the model hardly moves in a pass, so that the single rows' steps add
  // up to 101 steps of the mean.
  const ch01::Table flats = scaled_flats();
  ch01::Random random(2);
  ch01::LinearModel a{ch01::Vector(4), 0}, b = a;
  ex4::one_pass(a, flats, 1e-9, 1, random);
  ch01::descend(b, flats.x, flats.y, 101e-9, 1);
  REQUIRE(a.bias == Approx(b.bias).epsilon(1e-5));
  REQUIRE(a.weights[0] == Approx(b.weights[0]).epsilon(1e-5));
}

TEST_CASE("ten passes in batches of ten come near the best model") {
  const ch01::Table flats = scaled_flats();
  const auto best = ch01::as_model(ch01::solve_qr(ch01::with_ones(flats.x), flats.y));
  ch01::Random random(3);
  ch01::LinearModel model{ch01::Vector(4), 0}, slow = model;
  for (int pass = 0; pass < 10; ++pass) ex4::one_pass(model, flats, 0.05, 10, random);
  ch01::descend(slow, flats.x, flats.y, 0.05, 10);
  REQUIRE(loss(model, flats) < 1.1 * loss(best, flats));
  REQUIRE(loss(slow, flats) > 10 * loss(best, flats));
}

TEST_CASE("a batch of no rows is refused") {
  ch01::Random random(4);
  ch01::LinearModel model{ch01::Vector(4), 0};
  REQUIRE_THROWS_AS(ex4::one_pass(model, scaled_flats(), 0.1, 0, random),
                    std::invalid_argument);
}
