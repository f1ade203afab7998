#include "ex3_coupled.h"

#include "07-recurrent-networks/check.h"
#include "tests/catch.h"

using namespace ch07;

TEST_CASE("the coupled cell takes a mean of old and new") {
  Matrix p(1, 3);
  p.values = {0, std::log(2.0), 30};  // f one half, g 3/5, o open
  const State before{Matrix(1, 1), Matrix(1, 1, 1)};
  Step s{Matrix(1, 1), before, before, Matrix(1, 3), Matrix(1, 3)};
  CoupledCell::forward(p, s);
  REQUIRE(s.after.c(0, 0) == Approx(0.8));
  REQUIRE(s.after.h(0, 0) == Approx(std::tanh(0.8)));
}

TEST_CASE("the coupled cell passes the check through time") {
  Random random(3);
  REQUIRE(check_cells<CoupledCell>(3, 5, 4, 2, random).passed());
}
