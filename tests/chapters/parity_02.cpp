// The losses of chapter 2 and those of the library give the same numbers.
#include <cmath>
#include <cstdint>
#include <vector>

#include <cairn/ops/loss.h>
#include <cairn/ops/softmax.h>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/softmax.h"
#include "tests/catch.h"

namespace {

using cairn::Shape;
using cairn::Tensor;

Shape shape_of(const ch01::Matrix& m) {
  return {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)};
}

ch01::Matrix random_logits(std::size_t n, std::size_t classes, double size,
                           ch01::Random& random) {
  ch01::Matrix logits(n, classes);
  for (double& z : logits.values) z = size * random.normal();
  return logits;
}

std::vector<int> random_labels(std::size_t n, std::size_t classes,
                               ch01::Random& random) {
  std::vector<int> labels(n);
  for (int& label : labels) label = static_cast<int>(random.below(classes));
  return labels;
}

void check_close(const std::vector<double>& a, const std::vector<double>& b,
                 double tolerance) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    REQUIRE(a[i] == Approx(b[i]).epsilon(tolerance).margin(tolerance));
}

// ANCHOR: parity
// The mean loss and its slopes in the logits, from both sides.
void compare_cross_entropy(const ch01::Matrix& logits, const std::vector<int>& labels,
                           cairn::DType dtype, double tolerance) {
  ch01::Matrix g;
  const double loss = ch02::softmax_cross_entropy(logits, labels, &g);

  Tensor z = Tensor::from_vector(logits.values, shape_of(logits)).to(dtype);
  z.requires_grad_();
  const std::vector<std::int64_t> classes(labels.begin(), labels.end());
  const Tensor theirs = cairn::cross_entropy(z, Tensor::from_vector(classes));
  theirs.backward();

  REQUIRE(theirs.item<double>() == Approx(loss).epsilon(tolerance));
  check_close(z.grad().to(cairn::f64).to_vector<double>(), g.values, tolerance);
}
// ANCHOR_END: parity

}  // namespace

TEST_CASE("cross_entropy is the chapter's") {
  ch01::Random random(1);
  for (std::size_t n : {1, 7, 33})
    for (std::size_t classes : {2, 5, 17, 31})
      for (double size : {1.0, 300.0}) {
        const ch01::Matrix logits = random_logits(n, classes, size, random);
        const std::vector<int> labels = random_labels(n, classes, random);
        compare_cross_entropy(logits, labels, cairn::f64, 1e-12);
        if (size == 1.0) compare_cross_entropy(logits, labels, cairn::f32, 2e-6);
      }
}

TEST_CASE("cross_entropy of probabilities is the chapter's for one-hot labels") {
  ch01::Random random(2);
  const ch01::Matrix logits = random_logits(7, 5, 2, random);
  const std::vector<int> labels = random_labels(7, 5, random);
  const std::vector<std::int64_t> classes(labels.begin(), labels.end());
  const Tensor target = cairn::one_hot(Tensor::from_vector(classes), 5, cairn::f64);
  const Tensor z = Tensor::from_vector(logits.values, shape_of(logits));
  CHECK(cairn::cross_entropy(z, target).item<double>() ==
        Approx(ch02::softmax_cross_entropy(logits, labels)).epsilon(1e-13));
}

TEST_CASE("binary_cross_entropy_with_logits is the chapter's") {
  ch01::Random random(3);
  for (std::size_t n : {1, 7, 63}) {
    const ch01::Matrix scores = random_logits(1, n, 20, random);
    const std::vector<int> labels = random_labels(n, 2, random);
    double loss = 0;
    std::vector<double> slopes;
    for (std::size_t i = 0; i < n; ++i) {
      const ch02::ScoreLoss one = ch02::cross_entropy(scores.values[i], labels[i]);
      loss += one.value / static_cast<double>(n);
      slopes.push_back(one.slope / static_cast<double>(n));
    }
    Tensor z = Tensor::from_vector(scores.values);
    z.requires_grad_();
    const std::vector<double> targets(labels.begin(), labels.end());
    const Tensor theirs =
        cairn::binary_cross_entropy_with_logits(z, Tensor::from_vector(targets));
    theirs.backward();
    CHECK(theirs.item<double>() == Approx(loss).epsilon(1e-13));
    check_close(z.grad().to_vector<double>(), slopes, 1e-13);
  }
}

TEST_CASE("softmax and logsumexp are the chapter's up to scores of a thousand") {
  ch01::Random random(4);
  for (double size : {1.0, 1000.0}) {
    const ch01::Matrix scores = random_logits(1, 31, size, random);
    std::vector<double> p(31);
    ch02::softmax(scores.values.data(), 31, p.data());
    const Tensor z = Tensor::from_vector(scores.values, shape_of(scores));
    check_close(cairn::softmax(z, 1).to_vector<double>(), p, 1e-13);
    CHECK(cairn::logsumexp(z, 1).item<double>() ==
          Approx(ch02::log_sum_exp(scores.values.data(), 31)).epsilon(1e-13));
  }
}

TEST_CASE("the product with the Jacobian is what backward gives") {
  ch01::Random random(5);
  const ch01::Matrix scores = random_logits(1, 17, 2, random);
  std::vector<double> p(17), u(17);
  for (double& slope : u) slope = random.normal();
  ch02::softmax(scores.values.data(), 17, p.data());
  Tensor z = Tensor::from_vector(scores.values, shape_of(scores));
  z.requires_grad_();
  cairn::softmax(z, 1).backward(Tensor::from_vector(u, shape_of(scores)));
  check_close(z.grad().to_vector<double>(), ch02::softmax_backward(p, u), 1e-13);
}
