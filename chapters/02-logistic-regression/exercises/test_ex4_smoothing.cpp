#include "ex4_smoothing.h"

#include "01-linear-regression/differences.h"
#include "01-linear-regression/random.h"
#include "tests/catch.h"

namespace {

ch01::Matrix some_logits() {
  ch01::Random random(1);
  ch01::Matrix logits(3, 5);
  for (double& z : logits.values) z = 2 * random.normal();
  return logits;
}

const std::vector<int> kLabels{4, 0, 2};

}  // namespace

TEST_CASE("without smoothing it is the cross-entropy of the chapter") {
  const ch01::Matrix logits = some_logits();
  ch01::Matrix expected, found;
  const double loss = ch02::softmax_cross_entropy(logits, kLabels, &expected);
  REQUIRE(smoothed_cross_entropy(logits, kLabels, 0, &found) == Approx(loss));
  for (std::size_t i = 0; i < expected.values.size(); ++i)
    REQUIRE(found.values[i] == Approx(expected.values[i]).margin(1e-14));
}

TEST_CASE("the gradient of smoothed cross-entropy") {
  ch01::Matrix logits = some_logits(), gradient;
  smoothed_cross_entropy(logits, kLabels, 0.2, &gradient);
  const auto loss = [&](const ch01::Vector& at) {
    ch01::Matrix moved = logits;
    moved.values = at;
    return smoothed_cross_entropy(moved, kLabels, 0.2);
  };
  for (std::size_t i = 0; i < logits.values.size(); ++i)
    REQUIRE(gradient.values[i] ==
            Approx(ch01::central_difference(loss, logits.values, i, 1e-5))
                .epsilon(1e-6)
                .margin(1e-9));
}
