#include "10-attention/properties.h"
#include "ex6_online_backward.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("the slopes are those of the way back with all weights") {
  for (bool causal : {false, true}) {
    Random random(12);
    Head h{noise(5, 3, random), noise(7, 3, random), noise(7, 2, random), causal, {}};
    const Matrix out = Attention::forward(h), dout = noise(5, 2, random);
    const HeadSlopes expected = Attention::backward(h, dout);
    const Matrix scores = ch01::multiply(h.q, ch01::transpose(h.k));
    std::vector<double> log_sums;
    for (std::size_t i = 0; i < 5; ++i) {
      std::vector<double> row;
      for (std::size_t j = 0; j < h.seen(i); ++j)
        row.push_back(h.scale() * scores(i, j));
      log_sums.push_back(ch02::log_sum_exp(row.data(), row.size()));
    }
    h.p = Matrix();
    const HeadSlopes d = backward_online(h, out, log_sums, dout);
    REQUIRE(largest_difference(d.q, expected.q) < 1e-13);
    REQUIRE(largest_difference(d.k, expected.k) < 1e-13);
    REQUIRE(largest_difference(d.v, expected.v) < 1e-13);
  }
}
