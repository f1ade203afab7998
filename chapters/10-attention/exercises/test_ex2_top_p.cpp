#include "ex2_top_p.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("it keeps as many as are needed and no more") {
  const std::vector<double> p = nucleus({0.1, 0.5, 0.15, 0.25}, 0.7);
  REQUIRE(p[0] == 0);
  REQUIRE(p[2] == 0);
  REQUIRE(p[1] == Approx(2.0 / 3).epsilon(1e-14));
  REQUIRE(p[3] == Approx(1.0 / 3).epsilon(1e-14));
}

TEST_CASE("who is sure keeps one") {
  REQUIRE(nucleus({0.02, 0.95, 0.03}, 0.9) == std::vector<double>{0, 1, 0});
  REQUIRE(nucleus({0.6, 0.4}, 0) == std::vector<double>{1, 0});
}

TEST_CASE("who does not know keeps all") {
  const std::vector<double> p = nucleus({0.25, 0.25, 0.25, 0.25}, 0.9);
  for (double v : p) REQUIRE(v == 0.25);
}
