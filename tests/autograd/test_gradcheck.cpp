// The checker is checked: right gradients pass, wrong ones fail, and it says where.
#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Inputs = std::vector<Tensor>;

// softmax along the last dimension with a backward of the caller's choice.
Tensor softmax_with(const Tensor& x,
                    std::function<Tensor(const Tensor& y, const Tensor& dy)> backward) {
  return autograd::apply(
      {"own_softmax", [](const Inputs& in) { return softmax(in[0], -1); },
       [backward](const Inputs&, const Tensor& y, const Tensor& dy) {
         return Inputs{backward(y, dy)};
       }},
      {x});
}

Tensor normal(const Shape& shape, std::uint64_t seed = 1) {
  Generator generator(seed);
  return randn(shape, generator, f64).requires_grad_();
}

TEST_CASE("a right backward passes") {
  const auto right = [](const Tensor& y, const Tensor& dy) {
    return y * (dy - (dy * y).sum({-1}, true));
  };
  const GradcheckResult result = gradcheck(
      [&](const Inputs& in) { return softmax_with(in[0], right); }, {normal({3, 4})});
  CHECK(result.ok);
  CHECK(result.checked == 12);
  CHECK(result.worst < 1e-9);
}

TEST_CASE("wrong backwards fail") {
  const auto fails = [](std::function<Tensor(const Tensor&, const Tensor&)> wrong) {
    const GradcheckResult result = gradcheck(
        [&](const Inputs& in) { return softmax_with(in[0], wrong); }, {normal({3, 4})});
    return !result.ok && !result.message.empty();
  };
  CHECK(fails([](const Tensor& y, const Tensor& dy) { return y * dy; }));
  CHECK(fails([](const Tensor& y, const Tensor& dy) { return y * (1 - y) * dy; }));
  CHECK(fails([](const Tensor& y, const Tensor& dy) {
    return y * (dy + (dy * y).sum({-1}, true));
  }));
  CHECK(fails([](const Tensor& y, const Tensor&) { return zeros_like(y); }));
  CHECK(fails([](const Tensor& y, const Tensor& dy) {
    return y * (dy - (dy * y).sum({-1}, true)) * 1.0001;
  }));
}

TEST_CASE("what a sum hides the projection shows") {
  // Rows of a softmax sum to one, so d(sum)/dx is zero: y·dy − y·Σ(dy·y) with dy = 1.
  const auto wrong = [](const Tensor& y, const Tensor& dy) {
    return (y * (dy - (dy * y).sum({-1}, true))) * 3;  // three times too large
  };
  const auto f = [&](const Inputs& in) { return softmax_with(in[0], wrong); };
  const auto summed = [&](const Inputs& in) {
    return softmax_with(in[0], wrong).sum();
  };
  CHECK_FALSE(gradcheck(f, {normal({3, 4})}).ok);
  CHECK(gradcheck(summed, {normal({3, 4})}).ok);
}

TEST_CASE("kinks are counted and wrong gradients beside them are not excused") {
  const Tensor x = tensor({0, 1, -1}, f64).requires_grad_();
  const GradcheckResult result =
      gradcheck([](const Inputs& in) { return relu(in[0]); }, {x});
  CHECK(result.ok);
  CHECK(result.kinks == 1);
  CHECK(result.checked == 2);
  const auto wrong = [](const Inputs& in) {
    return autograd::apply({"own_relu", [](const Inputs& v) { return relu(v[0]); },
                            [](const Inputs&, const Tensor& y, const Tensor& dy) {
                              return Inputs{dy * (5 - y * 4)};  // 5 dy at 0, dy at 1
                            }},
                           in);
  };
  // The 1 is right and is compared, so that what fails is the 0 and not the empty
  // count.
  const GradcheckResult refused =
      gradcheck(wrong, {tensor({0, 1}, f64).requires_grad_()});
  CHECK_FALSE(refused.ok);
  CHECK(refused.checked == 2);
}

TEST_CASE("inputs and their gradients are left as they were") {
  Tensor x = normal({5});
  x.set_grad(full({5}, 3, f64));
  const auto before = x.to_vector<double>();
  CHECK(gradcheck([](const Inputs& in) { return exp(in[0]); }, {x}).ok);
  CHECK(x.to_vector<double>() == before);
  CHECK(x.grad().to_vector<double>() == std::vector<double>(5, 3));
}

TEST_CASE("large inputs are sampled") {
  const GradcheckResult result =
      gradcheck([](const Inputs& in) { return square(in[0]); }, {normal({50, 50})},
                GradcheckOptions().max_elements(40));
  CHECK(result.ok);
  CHECK(result.checked == 40);
}

TEST_CASE("what cannot be checked is refused") {
  CHECK_ERROR(DTypeError,
              gradcheck([](const Inputs& in) { return exp(in[0]); },
                        {randn({2}).requires_grad_()}),
              "an input has dtype f32");
  Generator generator(1);
  CHECK_ERROR(
      ValueError,
      gradcheck([&](const Inputs& in) { return dropout(in[0], 0.5, generator); },
                {normal({50})}),
      "another result each time");
  CHECK_FALSE(gradcheck([](const Inputs& in) { return in[0] * 1; },
                        {zeros({0}, f64).requires_grad_()})
                  .ok);
}

}  // namespace
}  // namespace cairn
