#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "ex4_input_gradient.h"
#include "tests/catch.h"

using namespace ch03;

TEST_CASE("the gradient by the image agrees with its differences") {
  ch01::Random random(1);
  Filters filters = make_filters(3, 2);
  filters.weights = random_projection(filters.weights.size(), random);
  Volume image = make_volume(2, 5, 7);
  image = with_entries(image, random_projection(2 * 5 * 7, random));
  const Volume output = convolve(image, filters);
  const Vector weights = random_projection(flat(output).size(), random);
  const Loss loss = [&](const Vector& at) {
    return project(weights, flat(convolve(with_entries(image, at), filters)));
  };
  const Volume gradient = input_gradient(filters, with_entries(output, weights));
  const CheckResult result = check_gradient(loss, flat(image), flat(gradient));
  INFO("worst relative error " << result.worst_relative_error);
  REQUIRE(result.passed());
}
