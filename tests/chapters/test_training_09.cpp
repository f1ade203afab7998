// Chapter 9 with networks: the size of signals, twenty samples by heart, what the check-up
// finds, and numbers that come out too good.
#include <cmath>

#include "04-multilayer-perceptron/check.h"
#include "08-optimizers/momentum.h"
#include "09-training-well/checkup.h"
#include "09-training-well/data.h"
#include "09-training-well/properties.h"
#include "09-training-well/rounding.h"
#include "09-training-well/signals.h"
#include "tests/catch.h"

using namespace ch09;

TEST_CASE("signals keep the size that was derived") {
  Random random(1);
  const Sizes he = sizes<ReLU>(6, 80, 2, 30, random);
  CHECK(he.forward[6] == Approx(he.forward[0]).epsilon(0.25));
  CHECK(he.backward[0] == Approx(he.backward[6]).epsilon(0.25));
  const Sizes glorot = sizes<ReLU>(6, 80, 1, 30, random);
  CHECK(glorot.forward[6] == Approx(std::pow(0.5, 6)).epsilon(0.25));
  CHECK(glorot.backward[0] == Approx(std::pow(0.5, 6)).epsilon(0.25));
  const Sizes tanh = sizes<ch04::Tanh>(25, 80, 1, 6, random);
  CHECK(tanh.forward[25] == Approx(1.0 / 50).epsilon(0.2));
}

TEST_CASE("twenty samples are learned by heart with each normalisation") {
  for (Norm norm : {Norm::kNone, Norm::kBatch, Norm::kLayer}) {
    Random random(2);
    const Samples twenty = ch04::random_batch(20, 12, 10, random);
    Network network = deep(12, 2, 16, 1, norm, random);
    ch08::AdamW optimizer(ch08::slots(network), 0.02, 0);
    const double first = ch04::loss_and_gradients(network, twenty);
    CHECK(first == Approx(std::log(10.0)).epsilon(1e-12));
    double last = first;
    for (int step = 0; step < 300; ++step) {
      last = ch04::loss_and_gradients(network, twenty);
      optimizer.step();
    }
    CHECK(last < 0.05);
  }
}

TEST_CASE("weights before a batch normalisation grow by the theorem of Pythagoras") {
  Random random(3);
  Network network = deep(8, 1, 6, 1, Norm::kBatch, random);
  network.parameters().back()->value.values[0] = 1;
  network.parameters()[4]->value = ch04::normal(6, 10, 1, random);
  ch08::Descent optimizer(ch08::slots(network), 0.3);
  Parameter& weights = *network.parameters()[0];
  double predicted = square_length(weights.value);
  for (int step = 0; step < 30; ++step) {
    ch04::loss_and_gradients(network, ch04::random_batch(16, 8, 10, random));
    predicted += 0.09 * square_length(weights.gradient);
    optimizer.step();
  }
  CHECK(square_length(weights.value) == Approx(predicted).epsilon(1e-3));
}

TEST_CASE("silent units are found") {
  Random random(4);
  Network network = deep(5, 2, 8, 1, Norm::kNone, random);
  const Matrix x = ch04::normal(5, 30, 1, random);
  const double before = dead_share(network, x);
  for (std::size_t j = 0; j < 4; ++j) network.parameters()[1]->value(0, j) = -100;
  CHECK(before < 0.15);
  CHECK(dead_share(network, x) >= 4.0 / 16);
}

TEST_CASE("the check-up tells a healthy start from a rate that is too large") {
  Random random(5);
  const Samples samples = ch04::random_batch(64, 12, 10, random);
  const auto make = [] {
    Random again(6);
    return deep(12, 3, 16, 1, Norm::kNone, again);
  };
  const CheckUp healthy = check_up(make, 0.01, samples);
  CHECK(healthy.first_loss == Approx(std::log(10.0)));
  CHECK(healthy.twenty_loss < 0.3);
  const CheckUp wild = check_up(make, 1.0, samples);
  CHECK(wild.twenty_loss > 1);
  CHECK(wild.dead > healthy.dead + 0.2);
  const CheckUp slow = check_up(make, 1e-6, samples);
  CHECK(slow.update_ratio < 1e-5);
}

TEST_CASE("standardised pixels have mean 0 and variance 1 where they were measured") {
  Random random(7);
  Samples samples{ch04::normal(9, 50, 3, random), std::vector<int>(50)};
  for (double& v : samples.inputs.values) v += 4;
  const Standard standard = measured_on(samples.inputs);
  const Standard after = measured_on(standardised(samples, standard).inputs);
  CHECK(after.mean == Approx(0).margin(1e-12));
  CHECK(after.deviation == Approx(1).epsilon(1e-12));
  // What was measured on some is done to others as it is.
  Samples other = samples;
  for (double& v : other.inputs.values) v = 10;
  CHECK(standardised(other, standard).inputs(0, 0) ==
        Approx((10 - standard.mean) / standard.deviation));
}

TEST_CASE("the test images have no say in how anything is standardised") {
  Random random(8);
  Sets sets{{ch04::normal(9, 20, 3, random), std::vector<int>(20)},
            {ch04::normal(9, 10, 3, random), std::vector<int>(10)},
            {ch04::normal(9, 10, 3, random), std::vector<int>(10)}};
  const Sets before = standardise(sets);
  for (double& v : sets.test.inputs.values) v = 5 * v + 100;
  const Sets after = standardise(sets);
  CHECK(before.train.inputs.values == after.train.inputs.values);
  CHECK(before.held_back.inputs.values == after.held_back.inputs.values);
  CHECK(after.test.inputs(0, 0) > 10);
}

TEST_CASE("a wrong label is another one and their share is as asked") {
  Random random(9);
  Samples samples{Matrix(4000, 1), std::vector<int>(4000, 2)};
  const Samples wrong = mislabelled(samples, 0.3, 5, random);
  int count[5] = {};
  for (int label : wrong.labels) ++count[label];
  CHECK(count[2] == Approx(2800).margin(120));
  for (int label : {0, 1, 3, 4}) CHECK(count[label] == Approx(300).margin(70));
}

TEST_CASE("an image mirrored twice is the image") {
  Random data(10);
  const Matrix images = ch04::normal(kPixels, 40, 1, data);
  Matrix x = images;
  Random coins(11), same(11);
  mirror_some(x, coins);
  CHECK(apart(x, images) > 0);
  mirror_some(x, same);
  CHECK(apart(x, images) == 0);
}

TEST_CASE("one pass loses a variance beside a large mean and two passes do not") {
  Vector x;
  for (int i = 0; i < 64; ++i) x.push_back(1e5 + (i % 2 == 0 ? 1 : -1));
  CHECK(std::abs(one_pass_variance<float>(x) - 1) > 1);
  CHECK(two_pass_variance<float>(x) == Approx(1).epsilon(0.01));
}
