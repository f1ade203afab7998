#include "13-library/check.h"
#include "ex2_concatenate.h"
#include "tests/catch.h"

using namespace ch13;

TEST_CASE("rows follow rows and slopes find their way back") {
  Random random(2);
  const Variable a = some({2, 5}, random), b = some({5, 3}, random);
  const Variable y = concatenate(a, transpose(b));
  REQUIRE(y.value.shape == Shape{5, 5});
  CHECK(y.value(1, 4) == a.value(1, 4));
  CHECK(y.value(4, 1) == b.value(1, 2));
  const auto f = [&] { return tanh(concatenate(a, transpose(b))); };
  CHECK(check({a, b}, f, random).passed());
  const auto twice = [&] { return concatenate(a, a); };
  CHECK(check({a}, twice, random).passed());
}
