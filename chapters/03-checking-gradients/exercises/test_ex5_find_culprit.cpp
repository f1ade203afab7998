#include <cmath>

#include "ex5_find_culprit.h"
#include "tests/catch.h"

using namespace ch03;

TEST_CASE("the wrong entry is found with few evaluations") {
  const std::size_t n = 1000;
  for (std::size_t culprit : {std::size_t{0}, std::size_t{1}, std::size_t{500},
                              std::size_t{737}, std::size_t{999}}) {
    ch01::Random random(culprit);
    const Vector at = random_projection(n, random);
    Vector gradient(n);
    for (std::size_t i = 0; i < n; ++i) gradient[i] = std::cos(at[i]);
    gradient[culprit] += 0.1;
    std::size_t evaluations = 0;
    const Loss loss = [&](const Vector& x) {
      ++evaluations;
      double sum = 0;
      for (double v : x) sum += std::sin(v);
      return sum;
    };
    REQUIRE(find_culprit(loss, at, gradient, random) == culprit);
    REQUIRE(evaluations <= 50);
  }
}
