#include "10-attention/properties.h"
#include "ex1_window.h"
#include "tests/catch.h"

using namespace ch10;

namespace {

Head random_head(std::size_t length) {
  Random random(4);
  return {noise(length, 3, random),
          noise(length, 3, random),
          noise(length, 2, random),
          true,
          {}};
}

}  // namespace

TEST_CASE("a window as wide as the text is causal attention") {
  Head whole = random_head(6), window = whole;
  REQUIRE(largest_difference(attend_window(window, 6), Attention::forward(whole)) <
          1e-14);
}

TEST_CASE("with a window of one every query finds its own value") {
  Head h = random_head(5);
  REQUIRE(largest_difference(attend_window(h, 1), h.v) < 1e-14);
}

TEST_CASE("what lies outside has no weight and the rest sums to one") {
  Head h = random_head(7);
  attend_window(h, 3);
  for (std::size_t i = 0; i < 7; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 7; ++j) {
      if (j > i || j + 3 <= i) REQUIRE(h.p(i, j) == 0);
      sum += h.p(i, j);
    }
    REQUIRE(sum == Approx(1).epsilon(1e-14));
  }
}
