#include "ex1_top_k.h"

#include "tests/catch.h"

TEST_CASE("the right class among the k highest") {
  ch01::Matrix logits(3, 4);
  logits.values = {4, 3, 2, 1,   // the label's score is the highest
                   1, 5, 2, 3,   // the third
                   0, 7, 8, 9};  // the lowest
  const std::vector<int> labels{0, 2, 0};
  REQUIRE(top_k_accuracy(logits, labels, 1) == Approx(1.0 / 3));
  REQUIRE(top_k_accuracy(logits, labels, 2) == Approx(1.0 / 3));
  REQUIRE(top_k_accuracy(logits, labels, 3) == Approx(2.0 / 3));
  REQUIRE(top_k_accuracy(logits, labels, 4) == Approx(1.0));
}
