#include <cmath>
#include <stdexcept>

#include "01-linear-regression/random.h"
#include "ex3_ridge.h"
#include "tests/catch.h"

namespace {

struct Data {
  ch01::Matrix x{11, 3};
  ch01::Vector y = ch01::Vector(11);
  Data() {
    ch01::Random random(5);
    for (double& v : x.values) v = random.normal();
    for (double& v : y) v = 10 + random.normal();
  }
};

double cost(const ch01::LinearModel& m, const Data& data, double lambda) {
  return ch01::mean_squared_error(ch01::residuals(m, data.x, data.y)) +
         lambda * ch01::dot(m.weights, m.weights);
}

}  // namespace

TEST_CASE("without a price ridge is least squares") {
  const Data data;
  const auto ridge = ex3::ridge(data.x, data.y, 0);
  const auto plain = ch01::as_model(ch01::solve_qr(ch01::with_ones(data.x), data.y));
  for (std::size_t j = 0; j < 3; ++j)
    REQUIRE(ridge.weights[j] == Approx(plain.weights[j]));
  REQUIRE(ridge.bias == Approx(plain.bias));
}

TEST_CASE("the cost has no slope at ridge's solution") {
  const Data data;
  for (const double lambda : {0.01, 0.5, 20.0}) {
    const auto best = ex3::ridge(data.x, data.y, lambda);
    const auto slope = ch01::gradient(data.x, ch01::residuals(best, data.x, data.y));
    for (std::size_t j = 0; j < 3; ++j) {
      REQUIRE(std::abs(slope.weights[j] + 2 * lambda * best.weights[j]) < 1e-10);
    }
    REQUIRE(std::abs(slope.bias) < 1e-10);
  }
}

TEST_CASE("a higher price gives smaller weights and leaves the bias free") {
  const Data data;
  const auto cheap = ex3::ridge(data.x, data.y, 0.1);
  const auto dear = ex3::ridge(data.x, data.y, 1e6);
  REQUIRE(ch01::dot(dear.weights, dear.weights) <
          ch01::dot(cheap.weights, cheap.weights));
  REQUIRE(ch01::dot(dear.weights, dear.weights) < 1e-9);
  REQUIRE(dear.bias == Approx(10).epsilon(0.1));
  REQUIRE(cost(dear, data, 1e6) <= cost(cheap, data, 1e6));
}

TEST_CASE("ridge shares the weight between equal columns") {
  Data data;
  for (std::size_t i = 0; i < 11; ++i) data.x(i, 1) = data.x(i, 0);
  REQUIRE_THROWS_AS(ch01::solve_qr(ch01::with_ones(data.x), data.y), std::domain_error);
  const auto model = ex3::ridge(data.x, data.y, 0.01);
  REQUIRE(model.weights[0] == Approx(model.weights[1]));
}
