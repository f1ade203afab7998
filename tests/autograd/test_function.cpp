#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Inputs = std::vector<Tensor>;

// a³·b, as a user would write it.
const autograd::Function kCubeTimes{
    "cube_times", [](const Inputs& in) { return pow(in[0], 3) * in[1]; },
    [](const Inputs& in, const Tensor& y, const Tensor& dy) {
      (void)y;
      return Inputs{dy * square(in[0]) * 3 * in[1], dy * pow(in[0], 3)};
    }};

TEST_CASE("a user's operation joins the tape") {
  Generator generator(1);
  const Tensor a = randn({3, 2}, generator, f64).requires_grad_();
  const Tensor b = randn({3, 2}, generator, f64).requires_grad_();
  const auto f = [](const Inputs& in) {
    return autograd::apply(kCubeTimes, {in[0] * 2, in[1]}) + in[0];
  };
  const GradcheckResult result = gradcheck(f, {a, b});
  INFO(result.message);
  CHECK(result.ok);
}

TEST_CASE("a user's operation without gradients is a plain function") {
  const Tensor y = autograd::apply(kCubeTimes, {tensor({2}), tensor({5})});
  CHECK(y.item<double>() == 40);
  CHECK_FALSE(y.requires_grad());
}

TEST_CASE("a user's backward that returns too few gradients is told") {
  const Tensor a = tensor({2}, f64).requires_grad_();
  const autograd::Function lazy{
      "lazy", [](const Inputs& in) { return in[0] * in[1]; },
      [](const Inputs&, const Tensor&, const Tensor& dy) { return Inputs{dy}; }};
  const Tensor y = autograd::apply(lazy, {a, a});
  CHECK_ERROR(ValueError, y.backward(),
              "backward of lazy: it returned 1 gradients for 2 inputs");
}

TEST_CASE("an operation that hands its input on keeps both histories apart") {
  const Tensor a = tensor({2}, f64).requires_grad_();
  const autograd::Function twice{
      "twice", [](const Inputs& in) { return in[0]; },
      [](const Inputs&, const Tensor&, const Tensor& dy) { return Inputs{dy * 2}; }};
  (autograd::apply(twice, {a}) + a).backward();
  CHECK(a.grad().item<double>() == 3);
}

}  // namespace
}  // namespace cairn
