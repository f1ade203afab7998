// Finite differences against the tape, for every case of the registry.
#include "tests/catch.h"
#include "tests/ops/cases.h"

namespace cairn::test {
namespace {

TEST_CASE("gradients of all registered operations agree with finite differences") {
  for (const OpCase& c : differentiable_operations()) {
    INFO(c.op << ", " << c.what);
    const GradcheckResult result = gradcheck(c.f, c.inputs);
    INFO(result.message);
    CHECK(result.ok);
    CHECK(result.kinks == 0);
    std::int64_t elements = 0;
    for (const Tensor& input : c.inputs) elements += input.numel();
    CHECK(result.checked == elements);
  }
}

TEST_CASE("operations that are made of others have right gradients too") {
  Generator generator(3);
  const auto check = [&](auto f, std::vector<Tensor> inputs) {
    for (Tensor& input : inputs) input.requires_grad_();
    const GradcheckResult result = gradcheck(f, inputs);
    INFO(result.message);
    CHECK(result.ok);
  };
  using Inputs = std::vector<Tensor>;
  const auto normal = [&](const Shape& s) { return randn(s, generator, f64); };
  check([](const Inputs& x) { return logsumexp(x[0], 1); }, {normal({2, 3, 5})});
  check([](const Inputs& x) { return x[0].mean({1}); }, {normal({4, 3})});
  check(
      [](const Inputs& x) {
        return mse_loss(x[0], zeros({3, 2}, f64));
      },
      {normal({3, 2})});
  check(
      [](const Inputs& x) {
        return stack({x[0], x[1]}, 1);
      },
      {normal({2, 3}), normal({2, 3})});
  check([](const Inputs& x) { return x[0].select(1, -1) * x[0].squeeze(2).t()[0]; },
        {normal({3, 3, 1})});
  check([](const Inputs& x) { return matmul(x[0], x[1]) + matmul(x[1], x[0].t()); },
        {normal({5, 5}), normal({5})});
  check([](const Inputs& x) { return dot(x[0], x[1]); }, {normal({7}), normal({7})});
  const Tensor classes = Tensor::from_vector<std::int64_t>({1, 0, 3});
  check([&](const Inputs& x) { return cross_entropy(x[0], one_hot(classes, 4, f64)); },
        {normal({3, 4})});
  check([](const Inputs& x) { return x[0].max() - x[0].min(); }, {normal({3, 4})});
}

}  // namespace
}  // namespace cairn::test
