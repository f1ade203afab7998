// The mathematics of chapter 2: every derivative against central differences, the
// numbers worked by hand. What its planted bugs break is noticed here.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "01-linear-regression/differences.h"
#include "02-logistic-regression/broken.h"
#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/naive.h"
#include "02-logistic-regression/softmax_regression.h"
#include "tests/catch.h"
#include "tests/chapters/shared_02.h"

using namespace ch02;

namespace {

// Every entry of `derived` against the slope that nudging that entry of `at` shows.
void check_slopes(const std::function<double(const Vector&)>& f, const Vector& at,
                  const Vector& derived) {
  REQUIRE(at.size() == derived.size());
  for (std::size_t j = 0; j < at.size(); ++j) {
    const double step = 6e-6 * std::max(1.0, std::abs(at[j]));
    const double found = ch01::central_difference(f, at, j, step);
    const double size = std::max({std::abs(found), std::abs(derived[j]), 1e-4});
    CAPTURE(j, derived[j], found);
    REQUIRE(std::abs(derived[j] - found) / size < 1e-6);
  }
}

}  // namespace

// ANCHOR: by_hand
TEST_CASE("the numbers worked by hand") {
  Matrix x(2, 1);
  x.values = {1, 3};
  const LinearModel model{{std::log(3.0)}, -2 * std::log(3.0)};
  const Vector z = ch01::predict(model, x);
  REQUIRE(sigmoid(z[0]) == Approx(0.25));
  REQUIRE(sigmoid(z[1]) == Approx(0.75));
  LinearModel gradient;
  REQUIRE(mean_loss(model, x, {0, 1}, cross_entropy, &gradient) ==
          Approx(std::log(4.0 / 3)));
  REQUIRE(gradient.weights[0] == Approx(-0.25));
  REQUIRE(gradient.bias == Approx(0).margin(1e-15));

  Matrix logits(1, 3), g;
  logits.values = {std::log(1.0), std::log(2.0), std::log(5.0)};
  REQUIRE(softmax_cross_entropy(logits, {1}, &g) == Approx(std::log(4.0)));
  REQUIRE(g(0, 0) == Approx(0.125));
  REQUIRE(g(0, 1) == Approx(-0.75));
  REQUIRE(g(0, 2) == Approx(0.625));
}
// ANCHOR_END: by_hand

TEST_CASE("sigmoid and softplus") {
  for (double z : {-30.0, -3.0, -0.5, 0.0, 0.5, 3.0, 30.0}) {
    const double p = sigmoid(z);
    CHECK(p == Approx(1 / (1 + std::exp(-z))).epsilon(1e-14));
    CHECK(p + sigmoid(-z) == Approx(1).epsilon(1e-15));
    CHECK(softplus(z) == Approx(std::log1p(std::exp(z))).epsilon(1e-14));
    const auto s = [](const Vector& at) { return sigmoid(at[0]); };
    const auto plus = [](const Vector& at) { return softplus(at[0]); };
    check_slopes(s, {z}, {p * (1 - p)});
    check_slopes(plus, {z}, {p});
  }
}

TEST_CASE("no score overflows") {
  CHECK(binary_cross_entropy(40, 0) == Approx(40));
  CHECK(binary_cross_entropy(40, 1) == Approx(std::exp(-40.0)).epsilon(1e-12));
  CHECK(binary_cross_entropy(-800, 1) == Approx(800));
  CHECK(sigmoid(-800) == 0);
  CHECK(std::isinf(naive_binary_cross_entropy(40, 0)));

  const double large[] = {1000, 1001, 1002}, small[] = {-1002, -1001, -1000};
  CHECK(log_sum_exp(large, 3) == Approx(1002.4076059644).epsilon(1e-12));
  CHECK(log_sum_exp(small, 3) == Approx(-999.5923940356).epsilon(1e-12));
  double p[3];
  softmax(large, 3, p);
  CHECK(p[0] == Approx(0.0900305732).epsilon(1e-9));
  CHECK(p[2] == Approx(0.6652409558).epsilon(1e-9));
  naive_softmax(large, 3, p);
  CHECK(std::isnan(p[0]));
  Matrix logits(1, 3), g;
  logits.values = {1000, 1001, 1002};
  CHECK(softmax_cross_entropy(logits, {0}, &g) == Approx(2.4076059644).epsilon(1e-9));
  CHECK(g(0, 0) == Approx(-0.9099694268).epsilon(1e-9));
}

TEST_CASE("softmax gives shares and ignores a shift") {
  Random random(2);
  for (std::size_t n : {1, 2, 7, 31}) {
    const Vector z = normals(n, random, 3);
    Vector p(n), q(n), shifted = z;
    for (double& v : shifted) v += 12.5;
    softmax(z.data(), n, p.data());
    softmax(shifted.data(), n, q.data());
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k) {
      sum += p[k];
      CHECK(p[k] == Approx(std::exp(z[k] - log_sum_exp(z.data(), n))).epsilon(1e-12));
      CHECK(p[k] == Approx(q[k]).epsilon(1e-12));
    }
    CHECK(sum == Approx(1).epsilon(1e-14));
    CHECK(std::max_element(p.begin(), p.end()) - p.begin() ==
          std::max_element(z.begin(), z.end()) - z.begin());
    softmax(z.data(), n, shifted.data());
    Vector in_place = z;
    softmax(in_place.data(), n, in_place.data());
    CHECK(in_place == shifted);
  }
}

TEST_CASE("the Jacobian of softmax") {
  Random random(3);
  const Vector z = normals(7, random, 2), u = normals(7, random);
  const auto probabilities = [](const Vector& scores) {
    Vector p(scores.size());
    softmax(scores.data(), p.size(), p.data());
    return p;
  };
  const Vector slopes = softmax_backward(probabilities(z), u);
  check_slopes([&](const Vector& at) { return ch01::dot(u, probabilities(at)); }, z,
               slopes);
  // A shift of all scores changes nothing, so the slopes cancel.
  double sum = 0;
  for (double s : slopes) sum += s;
  CHECK(sum == Approx(0).margin(1e-14));
}

TEST_CASE("the gradient of softmax cross-entropy") {
  Random random(4);
  for (const auto& [n, k] :
       {std::pair<std::size_t, std::size_t>{1, 2}, {7, 5}, {3, 11}}) {
    Matrix logits = normals(n, k, random, 2), g;
    std::vector<int> labels(n);
    for (int& label : labels) label = static_cast<int>(random.below(k));
    const double loss = softmax_cross_entropy(logits, labels, &g);
    CHECK(loss == softmax_cross_entropy(logits, labels));
    CHECK(loss == Approx(naive_softmax_cross_entropy(logits, labels, nullptr)));
    const auto f = [&](const Vector& at) {
      logits.values = at;
      return softmax_cross_entropy(logits, labels);
    };
    check_slopes(f, Vector(logits.values), g.values);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < k; ++j) sum += g(i, j);
      CHECK(sum == Approx(0).margin(1e-15));
    }
  }
}

TEST_CASE("the gradient of the softmax model") {
  Random random(5);
  const Matrix x = normals(7, 3, random);
  const std::vector<int> labels{0, 3, 1, 4, 4, 2, 0};
  SoftmaxModel model(5, 3);
  model.weights = normals(5, 3, random);
  model.bias = normals(5, random);
  Matrix g;
  softmax_cross_entropy(logits(model, x), labels, &g);
  const SoftmaxModel gradient = backward(x, g);
  const auto loss_with = [&](Vector& numbers) {
    return [&](const Vector& at) {
      const Vector kept = numbers;
      numbers = at;
      const double loss = softmax_cross_entropy(logits(model, x), labels);
      numbers = kept;
      return loss;
    };
  };
  check_slopes(loss_with(model.weights.values), model.weights.values,
               gradient.weights.values);
  check_slopes(loss_with(model.bias), model.bias, gradient.bias);
}

TEST_CASE("the gradients of the logistic model") {
  Random random(6);
  const Matrix x = normals(7, 3, random);
  const std::vector<int> labels{0, 1, 1, 0, 1, 0, 0};
  const Vector at = normals(4, random);  // three weights and the bias
  for (auto loss_of : {cross_entropy, squared_error}) {
    for (double lambda : {0.0, 0.7}) {
      const auto model = [](const Vector& v) {
        return LinearModel{{v[0], v[1], v[2]}, v[3]};
      };
      const auto loss = [&](const Vector& v) {
        LinearModel unused{Vector(3), 0};
        return mean_loss(model(v), x, labels, loss_of) +
               add_weight_decay(model(v), lambda, unused);
      };
      LinearModel gradient;
      mean_loss(model(at), x, labels, loss_of, &gradient);
      add_weight_decay(model(at), lambda, gradient);
      Vector derived = gradient.weights;
      derived.push_back(gradient.bias);
      check_slopes(loss, at, derived);
    }
  }
}

TEST_CASE("the first loss is the logarithm of the number of classes") {
  Random random(7);
  for (std::size_t classes : {2, 3, 10}) {
    const Matrix x = normals(classes * 2, 6, random);
    std::vector<int> labels;
    for (std::size_t i = 0; i < x.rows; ++i)
      labels.push_back(static_cast<int>(i % classes));
    const double loss =
        softmax_cross_entropy(logits(SoftmaxModel(classes, 6), x), labels);
    CHECK(loss == Approx(std::log(static_cast<double>(classes))).epsilon(1e-14));
  }
  CHECK(binary_cross_entropy(0, 1) == Approx(std::log(2.0)));
}

TEST_CASE("two classes of softmax are logistic regression") {
  Random random(8);
  const Matrix z = normals(9, 2, random, 3);
  std::vector<int> labels;
  for (std::size_t i = 0; i < z.rows; ++i)
    labels.push_back(static_cast<int>(random.below(2)));
  double loss = 0;
  for (std::size_t i = 0; i < z.rows; ++i)
    loss += binary_cross_entropy(z(i, 1) - z(i, 0), labels[i]) / 9;
  CHECK(softmax_cross_entropy(z, labels) == Approx(loss).epsilon(1e-13));
}

TEST_CASE("predictions are counted in the confusion matrix") {
  Matrix x(3, 2);
  x.values = {1, 0, 0, 1, -1, -2};
  SoftmaxModel model(3, 2);
  model.weights.values = {1, 0, 0, 1, -1, -1};
  REQUIRE(predict(model, x) == std::vector<int>{0, 1, 2});
  const Matrix counts = confusion({0, 1, 1}, predict(model, x), 3);
  CHECK(counts.values == Vector{1, 0, 0, 0, 1, 1, 0, 0, 0});
  CHECK(accuracy(model, x, {0, 1, 1}) == Approx(2.0 / 3));
}

TEST_CASE("the planted bugs show where the text says") {
  Random random(11);
  const Matrix x = normals(8, 3, random);
  const std::vector<int> labels{0, 1, 2, 3, 4, 0, 1, 2};
  const Matrix zero = logits(SoftmaxModel(5, 3), x);
  Matrix right, g;
  CHECK(softmax_cross_entropy(zero, labels, &right) == Approx(std::log(5.0)));
  CHECK(broken::wrong_axis(zero, labels, &g) == Approx(std::log(8.0)));
  CHECK(broken::averaged_twice(zero, labels, &g) == Approx(std::log(5.0)));
  CHECK(g(0, 0) == Approx(right(0, 0) / 8));
  Matrix sure = zero;
  for (std::size_t i = 0; i < 8; ++i) sure(i, static_cast<std::size_t>(labels[i])) = 99;
  CHECK(softmax_cross_entropy(sure, labels) == Approx(0).margin(1e-12));
  CHECK(broken::softmax_twice(sure, labels, nullptr) ==
        Approx(std::log(std::exp(1.0) + 4) - 1));
  CHECK(broken::bias_sign(x, right).bias[0] == -backward(x, right).bias[0]);
}

TEST_CASE("wrong labels are refused by name") {
  const Matrix logits(2, 3);
  REQUIRE_THROWS_WITH(softmax_cross_entropy(logits, {0, 3}),
                      mentions("label 3 with 3 classes"));
  REQUIRE_THROWS_WITH(softmax_cross_entropy(logits, {0, -1}), mentions("label -1"));
  REQUIRE_THROWS_WITH(softmax_cross_entropy(logits, {0}),
                      mentions("2 rows of logits but 1 labels"));
  REQUIRE_THROWS_AS(softmax_cross_entropy(Matrix(0, 3), {}), std::invalid_argument);
  REQUIRE_THROWS_AS(ch02::logits(SoftmaxModel(3, 4), Matrix(2, 3)),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(
      mean_loss(LinearModel{{0, 0}, 0}, Matrix(3, 2), {0, 1}, cross_entropy),
      std::invalid_argument);
}
