#include "ex4_folds.h"

#include <algorithm>

#include "tests/catch.h"

using namespace ch09;

TEST_CASE("no fold learns from what it holds back") {
  ch01::Random random(1);
  for (const Fold& fold : folds(23, 5, random)) {
    std::vector<std::size_t> both = fold.train;
    both.insert(both.end(), fold.held_back.begin(), fold.held_back.end());
    std::sort(both.begin(), both.end());
    REQUIRE(both == ch04::in_order(23));
    REQUIRE((fold.held_back.size() == 4 || fold.held_back.size() == 5));
  }
}

TEST_CASE("every sample is held back once") {
  ch01::Random random(2);
  std::vector<std::size_t> all;
  for (const Fold& fold : folds(23, 5, random))
    all.insert(all.end(), fold.held_back.begin(), fold.held_back.end());
  REQUIRE(all != ch04::in_order(23));  // shuffled
  std::sort(all.begin(), all.end());
  REQUIRE(all == ch04::in_order(23));
}
