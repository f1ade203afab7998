#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Doubles = std::vector<double>;

Tensor leaf(std::initializer_list<double> values) {
  return tensor(values, f64).requires_grad_();
}

TEST_CASE("a worked example") {
  // L = Σ (a·b + a)²; by hand: dL/da = 2(ab + a)(b + 1), dL/db = 2(ab + a)·a.
  const Tensor a = leaf({2, -1}), b = leaf({3, 0.5});
  const Tensor y = a * b + a;
  square(y).sum().backward();
  CHECK(a.grad().to_vector<double>() == Doubles{2 * 8 * 4, 2 * -1.5 * 1.5});
  CHECK(b.grad().to_vector<double>() == Doubles{2 * 8 * 2, 2 * -1.5 * -1});
}

TEST_CASE("gradients add up from use to use and from call to call") {
  const Tensor x = leaf({3});
  (x * x + x).backward();  // 2x + 1 = 7
  CHECK(x.grad().item<double>() == 7);
  (x * 2).backward();
  CHECK(x.grad().item<double>() == 9);
}

TEST_CASE("a diamond of paths is summed before it goes on") {
  const Tensor x = leaf({2});
  const Tensor a = x * 3;
  const Tensor b = exp(a), c = a * a;
  (b * c + a).backward();
  const double e = std::exp(6.0);
  CHECK(x.grad().item<double>() == Approx(3 * (e * 36 + e * 12 + 1)));
}

TEST_CASE("backward takes the gradient it is given") {
  const Tensor x = leaf({1, 2, 3});
  (x * x).backward(tensor({1, 0, -2}, f64));
  CHECK(x.grad().to_vector<double>() == Doubles{2, 0, -12});
  CHECK_ERROR(ShapeError, (x * x).backward(), "needs the gradient of the loss");
  CHECK_ERROR(ShapeError, (x * x).backward(tensor({1, 2}, f64)),
              "the given gradient has shape (2,), the tensor has (3,)");
  CHECK_ERROR(DTypeError, (x * x).backward(tensor({1, 2, 3})),
              "f64 and f32 do not mix");
}

TEST_CASE("the graph is freed or kept when asked") {
  const Tensor x = leaf({2});
  const Tensor y = exp(x * x);
  y.backward(Tensor(), /*retain_graph=*/true);
  const double once = x.grad().item<double>();
  y.backward();
  CHECK(x.grad().item<double>() == Approx(2 * once));
  CHECK_ERROR(Error, y.backward(),
              "was freed by an earlier backward(); pass retain_graph");
}

TEST_CASE("no gradient flows where none is asked for") {
  const Tensor x = leaf({2}), constant = tensor({5}, f64);
  const Tensor y = x * constant;
  y.backward();
  CHECK_FALSE(constant.grad().defined());
  {
    const NoGradGuard guard;
    CHECK_FALSE((x * x).requires_grad());
  }
  CHECK((x * x).requires_grad());
  CHECK_FALSE((x * x).detach().requires_grad());
  (x * (x * x).detach()).backward();  // 5 from above, plus x² = 4
  CHECK(x.grad().item<double>() == 9);
  CHECK_ERROR(ValueError, constant.backward(), "requires a gradient");
}

TEST_CASE("leaves are leaves and computed tensors are not") {
  Tensor x = leaf({2});
  Tensor y = x * 2;
  CHECK((x.is_leaf() && !y.is_leaf()));
  CHECK_ERROR(ValueError, y.requires_grad_(), "was computed by affine");
  CHECK_ERROR(DTypeError, zeros({2}, i64).requires_grad_(), "works on real numbers");
  y.retain_grad();
  (y * y).backward();
  CHECK(y.grad().item<double>() == 8);
  CHECK(x.grad().item<double>() == 16);
  x.requires_grad_(false);
  CHECK_FALSE((x * 2).requires_grad());
}

TEST_CASE("gradients of leaves are nobody else's memory") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4});
  (a + b).backward(tensor({1, 1}, f64));
  a.grad().mul_(10);
  CHECK(b.grad().to_vector<double>() == Doubles{1, 1});
  const Tensor given = tensor({5, 5}, f64);
  (a * 1).backward(given);
  CHECK(given.to_vector<double>() == Doubles{5, 5});
}

// Its one thread is of no interest to the thread sanitizer, under which calls that went a
// hundred thousand deep would fill the stack as well.
#if defined(__SANITIZE_THREAD__)
constexpr int kLongChain = 200'000;
#else
constexpr int kLongChain = 1'000'000;
#endif

TEST_CASE("a chain of a million steps runs and is freed without recursion") {
  Tensor x = tensor({1}, f64).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < kLongChain; ++i) y = y + 1e-6;
  y.backward();
  CHECK(x.grad().item<double>() == 1);
  Tensor never_run = x;
  for (int i = 0; i < kLongChain; ++i) never_run = never_run * 1.0;
  never_run = Tensor();  // destroys the chain
  CHECK(x.is_leaf());
}

TEST_CASE("an exception in a backward leaves the tape usable") {
  const Tensor x = leaf({2});
  const autograd::Function broken{
      "broken", [](const std::vector<Tensor>& in) { return in[0] * 1; },
      [](const std::vector<Tensor>&, const Tensor&, const Tensor&) {
        return std::vector<Tensor>{tensor({1, 2, 3}, f64)};
      }};
  const Tensor y = x * 2;
  const Tensor z = autograd::apply(broken, {y}) + y;
  CHECK_ERROR(ShapeError, z.backward(),
              "backward of broken: the gradient of input 0 has shape (3,)");
  (x * 3).backward();
  CHECK(x.grad().item<double>() == 3);
}

TEST_CASE("graphs hold no memory once their results are gone") {
  const Tensor x = leaf({1, 2, 3});
  const std::int64_t before = memory_stats().live_bytes;
  for (int i = 0; i < 10; ++i) {
    const Tensor y = tanh(exp(x) * x).sum();  // never run backward
  }
  CHECK(memory_stats().live_bytes == before);
}

}  // namespace
}  // namespace cairn
