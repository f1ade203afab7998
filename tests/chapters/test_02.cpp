// The mathematics of chapter 2: every derivative against central differences, the
// numbers worked by hand, and what the text says must hold.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/differences.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"
#include "02-logistic-regression/broken.h"
#include "02-logistic-regression/digits.h"
#include "02-logistic-regression/idx.h"
#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/naive.h"
#include "02-logistic-regression/softmax_regression.h"
#include "02-logistic-regression/toys.h"
#include "tests/catch.h"

using namespace ch02;
using ch01::Random;

namespace {

Vector normals(std::size_t n, Random& random, double size = 1) {
  Vector values(n);
  for (double& v : values) v = size * random.normal();
  return values;
}

Matrix normals(std::size_t rows, std::size_t cols, Random& random, double size = 1) {
  Matrix m(rows, cols);
  m.values = normals(rows * cols, random, size);
  return m;
}

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

double length(const Vector& v) { return std::sqrt(ch01::dot(v, v)); }

// Named so in version 2 of Catch2 and in version 3.
auto mentions(const std::string& text) {
  return Catch::Matchers::Matches(".*" + text + ".*");
}

Samples separable() {
  Random random(1);
  return clouds({{-1.5, 0}, {1.5, 0}}, 10, 0.6, random);
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

namespace {

struct TemporaryFile {
  std::string path;

  TemporaryFile(const char* name, const std::vector<int>& bytes)
      : path((std::filesystem::temp_directory_path() / name).string() +
             std::to_string(std::random_device{}())) {
    std::ofstream file(path, std::ios::binary);
    for (int byte : bytes) file.put(static_cast<char>(byte));
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("IDX files are read and bad ones refused") {
  const std::vector<int> two_images{0, 0, 8, 3, 0, 0, 0,  2,   0,   0,   0,
                                    1, 0, 0, 0, 3, 0, 51, 255, 102, 153, 204};
  const TemporaryFile good("cairn-ch02-good", two_images);
  const Images images = load_idx_images(good.path);
  CHECK(images.count == 2);
  CHECK(images.height == 1);
  CHECK(images.width == 3);
  CHECK(images.pixels == Vector{0, 0.2, 1, 0.4, 0.6, 0.8});
  CHECK(load_idx_images(good.path, 1).pixels == Vector{0, 0.2, 1});

  const TemporaryFile labels("cairn-ch02-labels", {0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9});
  CHECK(load_idx_labels(labels.path) == std::vector<int>{7, 0, 9});

  const TemporaryFile cut("cairn-ch02-cut", {two_images.begin(), two_images.end() - 1});
  REQUIRE_THROWS_WITH(load_idx_images(cut.path), mentions("shorter than"));
  std::vector<int> bytes = two_images;
  bytes[4] = bytes[8] = bytes[12] = 255;  // 2^32 images of 2^32 by 2^32 pixels
  const TemporaryFile lying("cairn-ch02-lying", bytes);
  REQUIRE_THROWS_WITH(load_idx_images(lying.path), mentions("shorter than"));
  const TemporaryFile zipped("cairn-ch02-zipped", {0x1f, 0x8b, 8, 0, 0, 0, 0, 0});
  REQUIRE_THROWS_WITH(load_idx_images(zipped.path), mentions("gunzip"));
  const TemporaryFile stub("cairn-ch02-stub", {0, 0, 8, 3, 0, 0});
  REQUIRE_THROWS_AS(load_idx_images(stub.path), std::runtime_error);
  REQUIRE_THROWS_WITH(load_idx_images(good.path + "-not"), mentions("cannot open"));
}

TEST_CASE("Fashion-MNIST where it is installed") {
  const std::string folder = find_fashion_mnist();
  if (folder.empty()) {
    SUCCEED("no Fashion-MNIST on this machine; the digits stand in for it");
    return;
  }
  const Images train = load_fashion_mnist(folder, Split::kTrain, 500);
  CHECK(train.count == 500);
  CHECK(train.height * train.width == 784);
  CHECK(train.labels.front() == 9);  // the first training image is a boot
  CHECK(load_fashion_mnist(folder, Split::kTest).count == 10000);
}
