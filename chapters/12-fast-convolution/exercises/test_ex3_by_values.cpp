#include "ex3_by_values.h"

#include "tests/catch.h"

using namespace ch12;

TEST_CASE("a product by values is the product") {
  const Polynomial a = {1, -2, 3}, b = {4, 0, -1, 2};
  const Polynomial expected = {4, -8, 11, 4, -7, 6};
  for (const std::vector<double>& points :
       {std::vector<double>{0, 1, -1, 2, -2, 3}, {0.5, -0.5, 1, -1, 1.5, 0}}) {
    const Polynomial got = product_by_values(a, b, points);
    REQUIRE(got.size() == expected.size());
    for (std::size_t k = 0; k < got.size(); ++k)
      CHECK(got[k] == Approx(expected[k]).margin(1e-9));
  }
}

TEST_CASE("a constant times a constant needs one point") {
  CHECK(product_by_values({3}, {-2}, {5}).at(0) == Approx(-6));
}
