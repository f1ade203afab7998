#include "ex2_log_sum_exp.h"

#include <cmath>

#include "04-multilayer-perceptron/init.h"
#include "05-automatic-differentiation/check.h"
#include "tests/catch.h"

using namespace ch05;

TEST_CASE("log_sum_exp has a value for each row") {
  Matrix z(2, 3);
  z.values = {0, 0, 0, 1000, 0, 1000};
  const Matrix y = log_sum_exp(constant(z))->value;
  REQUIRE(y.rows == 2);
  REQUIRE(y.cols == 1);
  REQUIRE(y(0, 0) == Approx(std::log(3.0)));
  REQUIRE(y(1, 0) == Approx(1000 + std::log(2.0)));
}

TEST_CASE("the rule of log_sum_exp passes the check") {
  ch01::Random random(2);
  const Variable z = parameter(ch04::normal(5, 3, 2, random));
  REQUIRE(check(
              {z}, [&] { return log_sum_exp(z); }, random)
              .passed());
}

TEST_CASE("chapter 2's loss can be built on log_sum_exp") {
  ch01::Random random(3);
  const Variable z = parameter(ch04::normal(4, 3, 2, random));
  Matrix one_hot(3, 4);
  one_hot(0, 2) = one_hot(1, 0) = one_hot(2, 3) = 1;
  const Variable loss = (sum(log_sum_exp(z)) - sum(z * constant(one_hot))) / 3;
  backward(loss);
  const Flat built = z->gradient.values;
  zero_gradients({z});
  const Variable whole = softmax_cross_entropy(z, {2, 0, 3});
  backward(whole);
  REQUIRE(number(loss) == Approx(number(whole)));
  for (std::size_t i = 0; i < built.size(); ++i) {
    REQUIRE(built[i] == Approx(z->gradient.values[i]).margin(1e-12));
  }
}
