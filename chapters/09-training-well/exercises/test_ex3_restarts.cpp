#include "ex3_restarts.h"

#include "tests/catch.h"

using namespace ch09;

TEST_CASE("every period begins at one and is longer than the last") {
  const Schedule schedule = restarted(10, 2);
  for (int start : {0, 10, 30, 70}) REQUIRE(schedule(start) == Approx(1));
  for (int middle : {5, 20, 50}) REQUIRE(schedule(middle) == Approx(0.5));
  REQUIRE(schedule(9) < 0.03);
  REQUIRE(schedule(29) < 0.01);
}

TEST_CASE("with a growth of one all periods are alike") {
  const Schedule schedule = restarted(7, 1);
  for (int t = 0; t < 7; ++t) REQUIRE(schedule(t) == schedule(t + 21));
}
