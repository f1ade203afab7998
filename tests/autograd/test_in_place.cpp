#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

TEST_CASE("a change that would make a gradient wrong is an error") {
  Tensor w = tensor({1, 2}, f64).requires_grad_();
  Tensor x = tensor({3, 4}, f64);
  const Tensor y = (w * x).sum();
  x.add_(tensor({1, 1}, f64));
  CHECK_ERROR(
      Error, y.backward(),
      "backward of mul: a tensor of shape (2,) that it needs was changed in place");
}

TEST_CASE("a change through a view is seen as well") {
  Tensor w = tensor({{1, 2}, {3, 4}}, f64).requires_grad_();
  Tensor x = tensor({{3, 4}, {5, 6}}, f64);
  const Tensor y = matmul(x, w).sum();
  x[0].fill_(0);
  CHECK_ERROR(Error, y.backward(), "backward of matmul");
}

TEST_CASE("a change of what is not needed does no harm") {
  Tensor w = tensor({1, 2}, f64).requires_grad_();
  Tensor x = tensor({3, 4}, f64);
  const Tensor y = (w + x).sum() + (x * 2).sum();
  x.zero_();
  y.backward();
  CHECK(w.grad().to_vector<double>() == std::vector<double>{1, 1});
  // The factor that is not differentiated is needed; the other is not.
  Tensor v = tensor({5}, f64).requires_grad_();
  const Tensor z = v * 2;
  {
    const NoGradGuard guard;
    v.fill_(7);
  }
  z.backward();
  CHECK(v.grad().item<double>() == 2);
}

TEST_CASE("parameters changed between forward and backward are noticed") {
  Tensor w = tensor({1, 2}, f64).requires_grad_();
  const Tensor y = exp(w * w).sum();
  {
    const NoGradGuard guard;
    w.mul_(2);
  }
  CHECK_ERROR(Error, y.backward(), "changed in place after the forward pass");
}

TEST_CASE("tensors on the tape refuse changes in place") {
  Tensor w = tensor({1, 2}, f64).requires_grad_();
  Tensor y = w * 2;
  CHECK_ERROR(Error, w.fill_(0),
              "fill_: the tensor of shape (2,) takes part in the tape");
  CHECK_ERROR(Error, y.add_(tensor({1, 1}, f64)), "add_: ");
  CHECK_ERROR(Error, y.mul_(2), "mul_: ");
  Tensor buffer = zeros({2}, f64);
  CHECK_ERROR(Error, buffer.copy_(y), "copy_: ");
  CHECK_ERROR(Error, buffer.add_(y), "add_: ");
  const NoGradGuard guard;
  w.fill_(3);
  CHECK(w.to_vector<double>() == std::vector<double>{3, 3});
}

}  // namespace
}  // namespace cairn
