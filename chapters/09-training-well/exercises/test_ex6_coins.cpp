#include "ex6_coins.h"

#include "04-multilayer-perceptron/init.h"
#include "tests/catch.h"

using namespace ch09;

TEST_CASE("labels that are coins cannot be predicted") {
  ch01::Random random(6);
  double mean = 0;
  for (int run = 0; run < 12; ++run) {
    Samples coins{ch04::normal(500, 60, 1, random), {}};
    for (int i = 0; i < 60; ++i)
      coins.labels.push_back(static_cast<int>(random.below(2)));
    mean += accuracy_on_the_second_half(coins) / 12;
  }
  REQUIRE(mean > 0.4);
  REQUIRE(mean < 0.6);
}

TEST_CASE("labels that show in a few columns can") {
  ch01::Random random(7);
  Samples samples{ch04::normal(500, 60, 1, random), {}};
  for (std::size_t i = 0; i < 60; ++i) {
    samples.labels.push_back(static_cast<int>(random.below(2)));
    for (std::size_t c = 0; c < 10; ++c)
      samples.inputs(i, 50 * c) += samples.labels.back() == 1 ? 1.5 : -1.5;
  }
  REQUIRE(accuracy_on_the_second_half(samples) > 0.9);
}
