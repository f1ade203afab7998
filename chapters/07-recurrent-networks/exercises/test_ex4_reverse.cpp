#include "ex4_reverse.h"

#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/gru.h"
#include "tests/catch.h"

using namespace ch07;

TEST_CASE("sequences are turned round within their own lengths") {
  Sequence xs(3, Matrix(2, 1));
  for (std::size_t t = 0; t < 3; ++t) {
    xs[t](0, 0) = 1.0 + static_cast<double>(t);
    xs[t](1, 0) = 10.0 + static_cast<double>(t);
  }
  const Sequence turned = reversed(xs, {3, 2});
  REQUIRE(turned[0](0, 0) == 3);
  REQUIRE(turned[2](0, 0) == 1);
  REQUIRE(turned[0](1, 0) == 11);
  REQUIRE(turned[1](1, 0) == 10);
  REQUIRE(turned[2](1, 0) == 12);
  const Sequence again = reversed(turned, {3, 2});
  for (std::size_t t = 0; t < 3; ++t) REQUIRE(again[t].values == xs[t].values);
}

TEST_CASE("the second half of the first step knows the end and not the padding") {
  Random random(4);
  const Recurrent<GruCell> ahead(2, 3, random), back(2, 3, random);
  Sequence xs;
  for (int t = 0; t < 4; ++t) xs.push_back(noise(2, 2, random));
  const std::vector<std::size_t> lengths = {4, 2};
  const Sequence both = both_ways(ahead, back, xs, lengths);
  REQUIRE(both.size() == 4);
  REQUIRE(both[0].cols == 6);
  const auto moved = [&](std::size_t t, std::size_t n) {
    Sequence other = xs;
    other[t](n, 0) += 1;
    const Sequence y = both_ways(ahead, back, other, lengths);
    double first_half = 0, second_half = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      first_half += std::abs(y[0](n, j) - both[0](n, j));
      second_half += std::abs(y[0](n, 3 + j) - both[0](n, 3 + j));
    }
    REQUIRE(first_half == 0);
    return second_half;
  };
  REQUIRE(moved(3, 0) > 0);
  REQUIRE(moved(1, 1) > 0);
  REQUIRE(moved(2, 1) == 0);
}
