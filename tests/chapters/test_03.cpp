// Chapter 3: the checker is right about right gradients and about wrong ones, and both
// programs of the web are mended.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/colour_network.h"
#include "03-checking-gradients/gradient_check.h"
#include "03-checking-gradients/sigmoid_network.h"
#include "03-checking-gradients/step_sizes.h"
#include "03-checking-gradients/suspects.h"
#include "03-checking-gradients/training.h"
#include "03-checking-gradients/wrong_regression.h"
#include "tests/catch.h"

using namespace ch03;
using ch01::Random;

namespace {

double cube(const Vector& x) { return x[0] * x[0] * x[0]; }
double relu(const Vector& x) { return std::max(0.0, x[0]); }

}  // namespace

TEST_CASE("the worked example: two quotients of a cube", "[differences]") {
  CHECK(forward_difference(cube, {2}, 0, 0.1) == Approx(12.61));
  CHECK(central_difference(cube, {2}, 0, 0.1) == Approx(12.01));
  CHECK(numeric_gradient(cube, {2})[0] == Approx(12).epsilon(1e-9));
}

TEST_CASE("a quotient moves one entry and leaves the others", "[differences]") {
  const Loss loss = [](const Vector& x) {
    return x[0] + 10 * x[1] + 100 * x[2] * x[0];
  };
  const Vector at = {1, 2, 3};
  const Vector gradient = numeric_gradient(loss, at);
  CHECK(gradient[0] == Approx(301));
  CHECK(gradient[1] == Approx(10));
  CHECK(gradient[2] == Approx(100));
}

TEST_CASE("errors fall with slope one and two and rise with minus one", "[steps]") {
  const Curve forward = error_curve<double>(-15, 0, false);
  const Curve central = error_curve<double>(-15, 0, true);
  CHECK(fitted_slope(forward, 1e-6, 1e-2) == Approx(1).margin(0.03));
  CHECK(fitted_slope(central, 1e-3, 1e-1) == Approx(2).margin(0.03));
  CHECK(fitted_slope(central, 1e-13, 1e-8) == Approx(-1).margin(0.1));
  CHECK(std::abs(std::log10(forward.steps[best(forward)] / std::sqrt(kEpsilon))) < 1);
  CHECK(std::abs(std::log10(central.steps[best(central)] / std::cbrt(kEpsilon))) < 1);
  CHECK(central.errors[best(central)] < 1e-10);
  CHECK(error_curve<float>(-7, 0, true).errors[16] > 1e-6);
}

TEST_CASE("the step grows with the point", "[steps]") {
  CHECK(step_for(0) == step_for(-1));
  CHECK(step_for(-1e6) == Approx(1e6 * step_for(1)));
  const Loss square = [](const Vector& x) { return x[0] * x[0]; };
  CHECK(check_gradient(square, {1e8}, {2e8}).passed());
}

TEST_CASE("the relative error has a floor and refuses what is not finite", "[error]") {
  CHECK(relative_error(2, 1, 1e-9) == Approx(0.5));
  CHECK(relative_error(1e-12, 0, 1e-4) == Approx(1e-8));
  CHECK(relative_error(-3, 3, 1e-9) == Approx(2));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(relative_error(nan, 1, 1) == HUGE_VAL);
  CHECK(relative_error(1, nan, 1) == HUGE_VAL);
  CHECK(relative_error(HUGE_VAL, HUGE_VAL, 1) == HUGE_VAL);
}

TEST_CASE("a gradient that is not a number does not pass", "[error]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(check_gradient(cube, {2}, {nan}).passed());
  const Loss nowhere = [](const Vector& x) { return std::sqrt(x[0]); };
  CHECK_FALSE(check_gradient(nowhere, {-1}, {0.5}).passed());
}

TEST_CASE("the result names the worst entry", "[result]") {
  const Loss loss = [](const Vector& x) { return x[0] + 2 * x[1] + 3 * x[2]; };
  const CheckResult result = check_gradient(loss, {1, 1, 1}, {1, 2.5, 3.1});
  CHECK_FALSE(result.passed());
  CHECK(result.index == 1);
  CHECK(result.analytic == 2.5);
  CHECK(result.numeric == Approx(2));
  CHECK(result.worst_relative_error == Approx(0.2));
  CHECK(result.checked == 3);
  CHECK_FALSE(check_entries(loss, {1, 1, 1}, {1, 2, 3}, {}).passed());
}

TEST_CASE("sizes that differ are refused with both sizes", "[result]") {
  REQUIRE_THROWS_WITH(check_gradient(cube, {2}, {12, 0}),
                      "gradient check: the point has 1 entries but the gradient has 2");
  REQUIRE_THROWS_WITH(
      check_along(cube, {2}, {12}, {1, 1}),
      "gradient check: the point has 1 entries but the direction has 2");
}

TEST_CASE("kinks are counted and only a slope of theirs is excused", "[kinks]") {
  const Loss two = [](const Vector& x) {
    return relu({x[0]}) + relu({x[1]}) + x[2] + x[3];
  };
  const Vector at = {0, 1e-6, 0.5, 0.5};
  const CheckResult right = check_gradient(two, at, {0, 1, 1, 1});
  CHECK(right.passed());
  CHECK(right.kinks == 2);
  CHECK(check_gradient(two, at, {1, 1, 1, 1}).passed());
  CHECK_FALSE(check_gradient(two, at, {-0.5, 1, 1, 1}).passed());
  CHECK_FALSE(check_gradient(two, at, {0, 2, 1, 1}).passed());
  // All kinks: nothing was compared, so nothing is proved.
  CHECK_FALSE(check_gradient(relu, {0}, {0}).passed());
}

TEST_CASE("curvature is no excuse", "[kinks]") {
  const Loss sharp = [](const Vector& x) { return 1e4 * x[0] * x[0]; };
  CHECK(check_gradient(sharp, {1e-4}, {2}).passed());
  // Off by less than the gap between the one-sided slopes, which is 0.12 here.
  CHECK_FALSE(check_gradient(sharp, {1e-4}, {2.03}).passed());
}

TEST_CASE("a sum hides what a random projection shows", "[projection]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed);
    const Vector z = normals(15, random), ones(15, 1.0);
    const Vector weights = random_projection(15, random);
    for (double factor : {-1.0, 0.0, 1000.0}) {
      const auto checked = [&](const Vector& upstream) {
        Vector gradient = softmax_backward(softmax_rows(z, 5), upstream, 5);
        scale(gradient, factor);
        return check_gradient(
            [&](const Vector& at) { return project(upstream, softmax_rows(at, 5)); }, z,
            gradient);
      };
      CHECK(checked(ones).passed());
      CHECK_FALSE(checked(weights).passed());
    }
  }
}

TEST_CASE("no weight of a projection is near zero", "[projection]") {
  Random random(9);
  int negative = 0;
  for (double w : random_projection(1000, random)) {
    CHECK(std::abs(w) >= 0.5);
    CHECK(std::abs(w) <= 1.5);
    negative += w < 0;
  }
  CHECK(negative > 400);
  CHECK(negative < 600);
}

TEST_CASE("every right gradient passes", "[suspects]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    for (const Suspect& s : right_gradients(random)) {
      const CheckResult result = check_gradient(s.loss, s.at, s.analytic);
      INFO(s.name << " seed " << seed << " error " << result.worst_relative_error);
      CHECK(result.passed());
    }
  }
}

TEST_CASE("every planted error is caught", "[suspects]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    for (const Suspect& s : right_gradients(random)) {
      for (const PlantedError& error : planted_errors()) {
        Vector gradient = s.analytic;
        error.plant(gradient);
        INFO(s.name << ": " << error.name << " seed " << seed);
        CHECK_FALSE(check_gradient(s.loss, s.at, gradient).passed());
      }
    }
  }
}

TEST_CASE("one direction sees a wrong entry among thousands", "[direction]") {
  Random random(4);
  const std::size_t n = 3000;
  const Vector c = normals(n, random), at = normals(n, random);
  const Loss loss = [&](const Vector& x) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += c[i] * std::sin(x[i]);
    return sum;
  };
  Vector gradient(n);
  for (std::size_t i = 0; i < n; ++i) gradient[i] = c[i] * std::cos(at[i]);
  const Vector direction = random_projection(n, random);
  CHECK(check_along(loss, at, gradient, direction).passed());
  gradient[largest(gradient)] *= -1;
  CHECK_FALSE(check_along(loss, at, gradient, direction).passed());
}

TEST_CASE("a sample of indices has no twins", "[direction]") {
  Random random(2);
  const auto some = sample_indices(50, 20, random);
  REQUIRE(some.size() == 20);
  for (std::size_t i = 1; i < some.size(); ++i) CHECK(some[i - 1] < some[i]);
  CHECK(some.back() < 50);
  CHECK(sample_indices(5, 20, random).size() == 5);
}

TEST_CASE("both wrong regressions fail where the right one passes", "[regression]") {
  Random random(3);
  Matrix scores(3, 4), gradient;
  scores.values = normals(12, random);
  const std::vector<int> labels = {2, 0, 3};
  const Loss loss = [&](const Vector& at) {
    Matrix z(3, 4);
    z.values = at;
    return ch02::softmax_cross_entropy(z, labels);
  };
  const auto passes = [&](auto rule) {
    rule(scores, labels, &gradient);
    return check_gradient(loss, scores.values, gradient.values).passed();
  };
  CHECK(passes(ch02::softmax_cross_entropy));
  CHECK_FALSE(passes(with_sigmoid_slope));
  CHECK_FALSE(passes(only_the_label));
}

TEST_CASE("the mended network passes and the published one fails", "[network]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed);
    const TableData slices = three_slices(7, random);
    for (const TableData& data : {exclusive_or(), slices}) {
      const SigmoidNetwork net = random_network(3, 4, data.target[0].size(), random);
      const Loss loss = [&](const Vector& at) {
        return squared_error(with_weights(net, at), data);
      };
      CHECK(check_gradient(loss, flat(net), gradient_taken(net, data, times)).passed());
      CHECK_FALSE(
          check_gradient(loss, flat(net), gradient_taken(net, data, dot)).passed());
    }
  }
}

TEST_CASE("dot scales every sample by the first one's slope", "[network]") {
  const Table error = {{1}, {2}, {3}}, slope = {{0.5}, {0.1}, {0.2}};
  CHECK(dot(error, slope) == Table{{0.5}, {1}, {1.5}});
  CHECK(times(error, slope)[1][0] == Approx(0.2));
}

TEST_CASE("outputs of a half give an eighth of loss each", "[network]") {
  Random random(1);
  const TableData data = three_slices(10, random);
  SigmoidNetwork net = random_network(3, 5, 3, random);
  for (auto& row : net.w2) row.assign(3, 0.0);
  CHECK(squared_error(net, data) == Approx(10 * 3 / 8.0));
}

TEST_CASE("the slices are three thirds of a turn", "[data]") {
  Random random(5);
  const TableData data = three_slices(3000, random);
  Vector count(3);
  for (const auto& row : data.target) {
    CHECK(std::accumulate(row.begin(), row.end(), 0.0) == 1);
    for (std::size_t k = 0; k < 3; ++k) count[k] += row[k];
  }
  for (double c : count) CHECK(c > 700);
}

TEST_CASE("the response moves with the image", "[convolution]") {
  Random random(6);
  const Volume image = draw_bar(3, random).pixels;
  Filters filters = make_filters(2, 3);
  filters.weights = normals(filters.weights.size(), random);
  Volume moved_right = image;
  for (Table& plane : moved_right) {
    for (auto& row : plane) std::rotate(row.begin(), row.end() - 1, row.end());
  }
  const Volume before = convolve(image, filters),
               after = convolve(moved_right, filters);
  REQUIRE(before[0].size() == 10);
  REQUIRE(before[0][0].size() == 10);
  for (std::size_t f = 0; f < 2; ++f) {
    for (std::size_t i = 0; i < 10; ++i) {
      for (std::size_t j = 1; j < 10; ++j) {
        CHECK(after[f][i][j] == Approx(before[f][i][j - 1]));
      }
    }
  }
}

TEST_CASE("the published convolution on an image is the mended one on it turned",
          "[convolution]") {
  Random random(7);
  const Volume image = draw_bar(0, random).pixels;
  Filters filters = make_filters(2, 3);
  filters.weights = normals(filters.weights.size(), random);
  CHECK(flat(convolve_published(image, filters)) ==
        flat(convolve(turned(image), filters)));
}

TEST_CASE("the filter gradient fits the mended convolution only", "[convolution]") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Random random(seed);
    const std::vector<ColourImage> images = draw_bars(3, random);
    const CheckResult mended =
        check_filters(random_network(convolve, 4, random), images, 3);
    INFO(mended.worst_relative_error);
    CHECK(mended.passed());
    CHECK_FALSE(check_filters(random_network(convolve_published, 4, random), images, 3)
                    .passed());
  }
}

TEST_CASE("the readout gradient agrees with the loss", "[convolution]") {
  Random random(8);
  const ColourImage image = draw_bar(1, random);
  const ColourNetwork net = random_network(convolve, 5, random);
  ColourNetwork gradient = zero_network(convolve, 5);
  add_gradient(net, image, gradient);
  const Loss loss = [&](const Vector& at) {
    ColourNetwork tried = net;
    tried.readout.values = at;
    return loss_of(tried, image);
  };
  CHECK(check_gradient(loss, net.readout.values, gradient.readout.values).passed());
}

TEST_CASE("the published convolution never reads past the third column",
          "[convolution]") {
  Random random(9);
  const Volume image = draw_bar(2, random).pixels;
  Filters filters = make_filters(2, 3);
  filters.weights = normals(filters.weights.size(), random);
  const Vector published = influence(convolve_published, image, filters, random);
  const Vector mended = influence(convolve, image, filters, random);
  CHECK(std::count(published.begin(), published.end(), 0.0) == 324);
  CHECK(std::count(mended.begin(), mended.end(), 0.0) == 0);
  // Volatile, or the compiler sees the wrapped size coming and warns.
  const volatile std::size_t one_plane = 1;
  CHECK_THROWS_AS(convolve_published(make_volume(one_plane, 28, 28), filters),
                  std::length_error);
}

TEST_CASE("the first loss is the logarithm of the number of classes", "[training]") {
  Random random(10);
  const std::vector<ColourImage> images = draw_bars(40, random);
  CHECK(score(random_network(convolve, 8, random), images).loss ==
        Approx(std::log(4.0)).margin(0.02));
  ColourNetwork net = random_network(convolve, 8, random);
  std::fill(net.readout.values.begin(), net.readout.values.end(), 0.0);
  CHECK(score(net, images).loss == Approx(std::log(4.0)));
}

TEST_CASE("twenty images are learnt by heart", "[training]") {
  Random random(11);
  const std::vector<ColourImage> images = draw_bars(20, random);
  ColourNetwork net = random_network(convolve, 8, random);
  for (int epoch = 0; epoch < 1000; ++epoch) train_epoch(net, images, 2.0);
  CHECK(score(net, images).loss < 0.02);
  CHECK(score(net, images).accuracy == Approx(1));
}
