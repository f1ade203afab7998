#include "ex1_maximum.h"

#include "04-multilayer-perceptron/init.h"
#include "05-automatic-differentiation/check.h"
#include "tests/catch.h"

using namespace ch05;

TEST_CASE("maximum takes the larger entry") {
  const Variable a = constant(Matrix(2, 3, 1.0));
  Matrix row(1, 3);
  row.values = {0, 1, 2};
  REQUIRE(maximum(a, constant(row))->value.values == Flat{1, 1, 2, 1, 1, 2});
}

TEST_CASE("of equal entries the first has the gradient") {
  const Variable a = parameter(2), b = parameter(2);
  backward(maximum(a, b));
  REQUIRE(slope(a) == 1);
  REQUIRE(slope(b) == 0);
}

TEST_CASE("the rule of maximum passes the check with stretched inputs") {
  ch01::Random random(1);
  const Variable a = parameter(ch04::normal(5, 3, 1, random));
  for (const auto& [rows, cols] :
       {std::pair<std::size_t, std::size_t>{3, 5}, {1, 5}, {3, 1}, {1, 1}}) {
    const Variable b = parameter(ch04::normal(cols, rows, 1, random));
    REQUIRE(check(
                {a, b}, [&] { return maximum(a, b); }, random)
                .passed());
  }
}
