#include "ex3_jitter.h"

#include <set>
#include <utility>

#include "tests/catch.h"

using namespace ch06;

namespace {

// 200 pictures of 7 × 9 with one bright pixel in the middle.
ch04::Samples stars(const Shape& shape) {
  ch04::Samples samples{Matrix(200, shape.size()), {}};
  for (int n = 0; n < 200; ++n) {
    samples.inputs(static_cast<std::size_t>(n), shape.at(0, 3, 4)) = 1;
    samples.labels.push_back(n % 10);
  }
  return samples;
}

}  // namespace

TEST_CASE("every image moves by its own few pixels and keeps its label") {
  const Shape shape{1, 7, 9};
  ch01::Random random(3);
  const ch04::Samples before = stars(shape);
  const ch04::Samples after = jittered(before, shape, 2, random);
  REQUIRE(after.labels == before.labels);
  std::set<std::pair<int, int>> places;
  for (std::size_t n = 0; n < 200; ++n) {
    int found = 0;
    for (int i = 0; i < 7; ++i)
      for (int j = 0; j < 9; ++j) {
        const auto at =
            shape.at(0, static_cast<std::size_t>(i), static_cast<std::size_t>(j));
        if (after.inputs(n, at) != 1) continue;
        ++found;
        places.insert({i - 3, j - 4});
        REQUIRE(i >= 1);
        REQUIRE(i <= 5);
        REQUIRE(j >= 2);
        REQUIRE(j <= 6);
      }
    REQUIRE(found == 1);
  }
  REQUIRE(places.size() == 25);
}

TEST_CASE("by nothing is nothing moved") {
  const Shape shape{1, 7, 9};
  ch01::Random random(4);
  REQUIRE(jittered(stars(shape), shape, 0, random).inputs.values ==
          stars(shape).inputs.values);
}
