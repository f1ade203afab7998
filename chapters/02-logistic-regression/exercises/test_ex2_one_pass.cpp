#include "ex2_one_pass.h"

#include <cmath>
#include <vector>

#include "02-logistic-regression/softmax.h"
#include "tests/catch.h"

TEST_CASE("one pass gives what two passes give") {
  for (const std::vector<double>& z :
       {std::vector<double>{3}, {0, 1, 2}, {2, 1, 0}, {-5, 700, -5, 710, 3, 710}}) {
    RunningLogSumExp running;
    for (double score : z) running.add(score);
    REQUIRE(running.value() ==
            Approx(ch02::log_sum_exp(z.data(), z.size())).epsilon(1e-14));
  }
}

TEST_CASE("one pass does not overflow") {
  RunningLogSumExp running;
  for (double score : {-1000.0, 0.0, 1000.0, 1001.0}) running.add(score);
  REQUIRE(running.value() == Approx(1001.3132616875).epsilon(1e-12));
}

TEST_CASE("no score at all") {
  REQUIRE(RunningLogSumExp().value() == -std::numeric_limits<double>::infinity());
}
