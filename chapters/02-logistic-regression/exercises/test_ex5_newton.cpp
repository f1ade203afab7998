#include "ex5_newton.h"

#include "01-linear-regression/random.h"
#include "02-logistic-regression/toys.h"
#include "tests/catch.h"

TEST_CASE("eight steps reach the bottom for the snow in centimetres") {
  const ch02::Samples days = ch02::snow_days();
  const ch02::LinearModel model = newton(days.x, days.labels, 8);
  ch02::LinearModel gradient;
  ch02::mean_loss(model, days.x, days.labels, ch02::cross_entropy, &gradient);
  REQUIRE(std::abs(gradient.weights[0]) < 1e-9);
  REQUIRE(std::abs(gradient.bias) < 1e-9);
  REQUIRE(-model.bias / model.weights[0] == Approx(16.98).margin(0.01));
}

TEST_CASE("with several features and classes that overlap") {
  ch01::Random random(1);
  const ch02::Samples two = ch02::clouds({{-1, 0}, {1, 0.5}}, 40, 1.2, random);
  const ch02::LinearModel model = newton(two.x, two.labels, 8);
  ch02::LinearModel gradient;
  ch02::mean_loss(model, two.x, two.labels, ch02::cross_entropy, &gradient);
  for (double slope : gradient.weights) REQUIRE(std::abs(slope) < 1e-9);
}
