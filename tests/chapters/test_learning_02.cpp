// Chapter 2: what its models learn, and what the text says of that.
#include <algorithm>
#include <cmath>
#include <vector>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/solve.h"
#include "02-logistic-regression/digits.h"
#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/softmax_regression.h"
#include "02-logistic-regression/toys.h"
#include "tests/catch.h"
#include "tests/chapters/shared_02.h"

using namespace ch02;

namespace {

double length(const Vector& v) { return std::sqrt(ch01::dot(v, v)); }

Samples separable() {
  Random random(1);
  return clouds({{-1.5, 0}, {1.5, 0}}, 10, 0.6, random);
}

}  // namespace

TEST_CASE("one storm moves the line and not the curve") {
  Samples days = snow_days();
  const auto line = [&] {
    const Vector y(days.labels.begin(), days.labels.end());
    const LinearModel m = ch01::as_model(ch01::solve_qr(ch01::with_ones(days.x), y));
    return (0.5 - m.bias) / m.weights[0];
  };
  const auto curve = [&] {
    const ch01::Scaler scaler = ch01::fit_scaler(days.x);
    LinearModel model{{0.0}, 0};
    descend(model, scaler.apply(days.x), days.labels, 2.0, 50000);
    const LinearModel m = ch01::unscaled({scaler, model});
    return -m.bias / m.weights[0];
  };
  const double line_before = line(), curve_before = curve();
  days.x.values.push_back(150);
  days.x.rows += 1;
  days.labels.push_back(1);
  CHECK(line_before == Approx(16.14).margin(0.01));
  CHECK(line() == Approx(29.09).margin(0.01));
  CHECK(curve_before == Approx(16.98).margin(0.01));
  CHECK(curve() == Approx(curve_before).margin(0.01));
}

TEST_CASE("at the bottom the mean probability is the share of the class") {
  const Samples days = snow_days();
  const Matrix x = ch01::fit_scaler(days.x).apply(days.x);
  LinearModel model{{0.0}, 0};
  descend(model, x, days.labels, 2.0, 20000);
  double mean = 0;
  for (double z : ch01::predict(model, x)) mean += sigmoid(z) / 14;
  CHECK(mean == Approx(6.0 / 14).epsilon(1e-9));
}

TEST_CASE("the rate's limit is eight times chapter 1's") {
  // As many of either label at 1 as at -1: the best weight is 0, where p is 1/2 and the
  // curvature is at its bound.
  Matrix x(4, 1);
  x.values = {1, 1, -1, -1};
  const std::vector<int> labels{0, 1, 0, 1};
  const double limit = 8 * 2 / ch01::largest_curvature(ch01::with_ones(x));
  CHECK(limit == Approx(8));
  LinearModel below{{0.1}, 0}, above = below;
  descend(below, x, labels, 0.98 * limit, 200);
  descend(above, x, labels, 1.02 * limit, 200);
  CHECK(std::abs(below.weights[0]) < 0.01);
  CHECK(std::abs(above.weights[0]) > 0.2);
}

TEST_CASE("squared error lies flat where the model is confidently wrong") {
  CHECK(std::abs(squared_error(-10, 1).slope) < 1e-4);
  CHECK(cross_entropy(-10, 1).slope == Approx(-1).epsilon(1e-4));
  const Samples days = snow_days();
  const Matrix x = ch01::fit_scaler(days.x).apply(days.x);
  LinearModel entropy{{-10.0}, 0}, square = entropy;
  descend(entropy, x, days.labels, 1.0, 100, cross_entropy);
  descend(square, x, days.labels, 1.0, 10000, squared_error);
  CHECK(accuracy(entropy, x, days.labels) == Approx(12.0 / 14));
  CHECK(accuracy(square, x, days.labels) == Approx(8.0 / 14));
}

TEST_CASE("weights grow without end on separable data unless they decay") {
  const Samples two = separable();
  const auto after = [&](int steps, double lambda) {
    LinearModel model{{0, 0}, 0};
    descend(model, two.x, two.labels, 1.0, steps, cross_entropy, lambda);
    CHECK(accuracy(model, two.x, two.labels) == 1);
    return length(model.weights);
  };
  CHECK(after(1000, 0) > after(100, 0) + 1);
  CHECK(after(10000, 0) > after(1000, 0) + 1);
  CHECK(after(10000, 0.01) == Approx(after(1000, 0.01)).epsilon(1e-3));
}

TEST_CASE("an epoch visits every sample once") {
  Random random(9);
  const Matrix x = normals(12, 3, random);
  const std::vector<int> labels{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  SoftmaxModel model(4, 3);
  model.weights = normals(4, 3, random);
  const double all = softmax_cross_entropy(logits(model, x), labels);
  CHECK(train_epoch(model, x, labels, 4, 0.0, random) == Approx(all));
  const double first = train_epoch(model, x, labels, 4, 0.5, random);
  CHECK(softmax_cross_entropy(logits(model, x), labels) < first);
}

TEST_CASE("drawn digits are learned and twenty of them by heart") {
  Random random(10);
  const Images images = draw_digits(2000, random);
  REQUIRE(images.pixels.size() == 2000 * 784);
  const auto [low, high] =
      std::minmax_element(images.pixels.begin(), images.pixels.end());
  CHECK(*low == 0);
  CHECK(*high == 1);
  for (int digit = 0; digit < 10; ++digit)
    CHECK(std::count(images.labels.begin(), images.labels.end(), digit) == 200);
  Random again(10);
  CHECK(draw_digits(2000, again).pixels == images.pixels);

  const Matrix x = as_rows(images);
  SoftmaxModel model(10, 784);
  for (int epoch = 0; epoch < 5; ++epoch)
    train_epoch(model, x, images.labels, 50, 0.1, random);
  const Images fresh = draw_digits(500, random);
  CHECK(accuracy(model, as_rows(fresh), fresh.labels) > 0.7);

  Matrix twenty(20, 784);
  std::copy_n(x.values.begin(), twenty.values.size(), twenty.values.begin());
  const std::vector<int> labels(images.labels.begin(), images.labels.begin() + 20);
  SoftmaxModel small(10, 784);
  for (int step = 0; step < 500; ++step) train_step(small, twenty, labels, 0.1);
  CHECK(accuracy(small, twenty, labels) == 1);
  CHECK(softmax_cross_entropy(logits(small, twenty), labels) < 0.02);
}
