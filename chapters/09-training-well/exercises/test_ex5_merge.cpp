#include "ex5_merge.h"

#include "01-linear-regression/random.h"
#include "tests/catch.h"

using namespace ch09;

namespace {

Seen all_at_once(const ch01::Vector& x) {
  Seen seen{static_cast<double>(x.size()), 0, 0};
  for (double v : x) seen.mean += v / seen.count;
  for (double v : x) seen.squares += (v - seen.mean) * (v - seen.mean);
  return seen;
}

}  // namespace

TEST_CASE("numbers one by one have the moments of all") {
  ch01::Random random(4);
  ch01::Vector x;
  Seen seen;
  for (int i = 0; i < 50; ++i) {
    x.push_back(1e7 + random.normal());
    seen = merged(seen, {1, x.back(), 0});
  }
  const Seen expected = all_at_once(x);
  REQUIRE(seen.count == 50);
  REQUIRE(seen.mean == Approx(expected.mean).epsilon(1e-15));
  REQUIRE(seen.variance() == Approx(expected.variance()).epsilon(1e-6));
}

TEST_CASE("parts of different sizes may be merged in any order") {
  const Seen a = all_at_once({1, 2, 9}), b = all_at_once({4}), c = all_at_once({-3, 5});
  const Seen all = all_at_once({1, 2, 9, 4, -3, 5});
  for (const Seen& seen : {merged(merged(a, b), c), merged(a, merged(c, b))}) {
    REQUIRE(seen.mean == Approx(all.mean).epsilon(1e-12));
    REQUIRE(seen.variance() == Approx(all.variance()).epsilon(1e-12));
  }
}
