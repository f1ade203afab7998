#include "ex3_temperature.h"

#include "01-linear-regression/differences.h"
#include "01-linear-regression/random.h"
#include "tests/catch.h"

TEST_CASE("the loss at a temperature and its slope") {
  ch01::Random random(1);
  ch01::Matrix logits(7, 5);
  for (double& z : logits.values) z = 3 * random.normal();
  const std::vector<int> labels{0, 4, 1, 1, 3, 2, 0};
  REQUIRE(loss_at_temperature(logits, labels, 1) ==
          Approx(ch02::softmax_cross_entropy(logits, labels)));
  for (double temperature : {0.5, 1.0, 4.0}) {
    double slope = 0;
    loss_at_temperature(logits, labels, temperature, &slope);
    const auto loss = [&](const ch01::Vector& t) {
      return loss_at_temperature(logits, labels, t[0]);
    };
    const double found = ch01::central_difference(loss, {temperature}, 0, 1e-5);
    REQUIRE(slope == Approx(found).epsilon(1e-6));
  }
}

TEST_CASE("a very hot softmax knows nothing") {
  ch01::Matrix logits(1, 4);
  logits.values = {1, 2, 3, 4};
  REQUIRE(loss_at_temperature(logits, {0}, 1e9) == Approx(std::log(4.0)).epsilon(1e-6));
}
