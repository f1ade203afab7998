#include "ex4_hessian_vector.h"

#include "05-automatic-differentiation/check.h"
#include "tests/catch.h"

using namespace ch05;

TEST_CASE("the second derivatives of a polynomial") {
  // L = a² b: its second derivatives are 2b, 2a, 2a and 0.
  const auto loss = [](const auto& x) { return x[0] * x[0] * x[1]; };
  REQUIRE(hessian_vector(loss, {3, 5}, {1, 0}) == Flat{10, 6});
  REQUIRE(hessian_vector(loss, {3, 5}, {0, 1}) == Flat{6, 0});
}

TEST_CASE("along a direction the gradient changes as differences say") {
  const auto loss = [](const auto& x) {
    return sin(x[0] * x[1]) + sqrt(x[2]) / x[0] - tanh(x[1] * x[2]);
  };
  const Flat at = {0.7, -1.1, 2.3}, v = {0.3, 0.9, -0.4};
  const auto gradient = [&](double along) {
    Parameters x;
    for (std::size_t i = 0; i < 3; ++i) x.push_back(parameter(at[i] + along * v[i]));
    backward(loss(x));
    return gradients(x);
  };
  const double step = 1e-5;
  const Flat ahead = gradient(step), behind = gradient(-step);
  const Flat exact = hessian_vector(loss, at, v);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(exact[i] == Approx((ahead[i] - behind[i]) / (2 * step)).epsilon(1e-7));
  }
}
