#include "01-linear-regression/flats.h"
#include "ex5_leave_one_out.h"
#include "tests/catch.h"

TEST_CASE("leaving out a row of the worked example") {
  // Without the third flat the line is flat at 2, and misses the third by -3.
  const ch01::Table flats = ch01::three_flats();
  REQUIRE(ex5::leave_one_out(flats.x, flats.y)[2] == Approx(-3));
}

TEST_CASE("one fit gives what as many fits as rows give") {
  ch01::Random random(8);
  ch01::Table table{ch01::Matrix(14, 3), ch01::Vector(14)};
  for (double& v : table.x.values) v = random.normal();
  for (double& v : table.y) v = random.normal();

  const ch01::Vector quick = ex5::leave_one_out(table.x, table.y);
  for (std::size_t i = 0; i < 14; ++i) {
    std::vector<std::size_t> others;
    for (std::size_t k = 0; k < 14; ++k) {
      if (k != i) others.push_back(k);
    }
    const ch01::Table rest = ch01::pick(table, others), one = ch01::pick(table, {i});
    const auto model = ch01::as_model(ch01::solve_qr(ch01::with_ones(rest.x), rest.y));
    REQUIRE(quick[i] == Approx(ch01::residuals(model, one.x, one.y)[0]));
  }
}
