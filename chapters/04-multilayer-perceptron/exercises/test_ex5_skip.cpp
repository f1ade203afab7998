#include "ex5_skip.h"

#include <algorithm>
#include <cmath>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/check.h"
#include "tests/catch.h"

TEST_CASE("with zero weights a skip layer changes nothing") {
  ch01::Matrix x(2, 3);
  x.values = {1, -2, 3, 0.5, 0, -1};
  ch04::Skip skip(ch01::Matrix(3, 3));
  REQUIRE(skip.forward(x).values == x.values);
  REQUIRE(skip.backward(x).values == x.values);
}

TEST_CASE("a network with skip layers passes the check") {
  ch01::Random random(3);
  ch04::Network network;
  network.add<ch04::Dense>(ch04::xavier(4, 5, random));
  network.add<ch04::Skip>(ch04::xavier(5, 5, random));
  network.add<ch04::Skip>(ch04::xavier(5, 5, random));
  network.add<ch04::Dense>(ch04::xavier(5, 3, random));
  const auto result = ch04::check(network, ch04::random_batch(7, 4, 3, random));
  REQUIRE(result.checked == 4 * 5 + 5 + 2 * (5 * 5 + 5) + 5 * 3 + 3);
  REQUIRE(result.passed());
}

TEST_CASE("twenty skip layers hand the gradient down whole") {
  ch01::Random random(4);
  ch04::Network network;
  for (int l = 0; l < 20; ++l) {
    network.add<ch04::Skip>(ch04::normal(8, 8, 0.1, random));
  }
  ch01::Matrix dy = network.forward(ch04::normal(8, 16, 1, random));
  std::fill(dy.values.begin(), dy.values.end(), 1.0);
  for (std::size_t l = network.size(); l-- > 0;) dy = network.layer(l).backward(dy);
  double squares = 0;
  for (double v : dy.values) squares += v * v;
  REQUIRE(std::sqrt(squares / 128) > 0.2);
}
