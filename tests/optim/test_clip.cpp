// Gradients kept within bounds.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

Tensor with_gradient(const Tensor& gradient) {
  Tensor w = zeros(gradient.shape(), gradient.dtype()).requires_grad_();
  w.set_grad(gradient);
  return w;
}

std::vector<float> numbers(const Tensor& t) { return t.grad().to_vector<float>(); }

TEST_CASE("the norm is taken over all gradients together") {
  const Tensor a = with_gradient(tensor({3, 0})), b = with_gradient(tensor({0, 4}));
  const Tensor none = zeros({2}).requires_grad_();
  CHECK(optim::clip_grad_norm_({a, none, b}, 10) == Approx(5));
  CHECK(numbers(a) == std::vector<float>{3, 0});
  CHECK(optim::clip_grad_norm_({a, none, b}, 2.5) == Approx(5));
  CHECK(numbers(a)[0] == Approx(1.5));
  CHECK(numbers(b)[1] == Approx(2));
  CHECK_FALSE(none.grad().defined());
  CHECK(optim::clip_grad_norm_({none}, 1) == 0);
  CHECK(optim::clip_grad_norm_({}, 1) == 0);
}

TEST_CASE("norms of other orders") {
  const auto norm = [](double order) {
    return optim::clip_grad_norm_({with_gradient(tensor({-3, 4}, f64))}, 100, order);
  };
  CHECK(norm(1) == Approx(7));
  CHECK(norm(3) == Approx(std::cbrt(27 + 64)));
  CHECK(norm(INFINITY) == 4);
}

// Several blocks, in two threads, against a plain sum.
TEST_CASE("the norm of a large gradient is the same on any number of threads") {
  const int before = num_threads();
  for (const DType dtype : {f32, f64}) {
    Generator generator(4);
    const Tensor g = randn({300, 701}, generator, dtype);
    double squares = 0;
    for (const double x : g.to(f64).to_vector<double>()) squares += x * x;
    std::vector<double> norms;
    for (const int threads : {1, 2, 3}) {
      set_num_threads(threads);
      norms.push_back(optim::clip_grad_norm_({with_gradient(g.clone())}, 1e9));
    }
    CHECK(norms[0] == Approx(std::sqrt(squares)).epsilon(1e-6));
    CHECK(norms[0] == norms[1]);
    CHECK(norms[0] == norms[2]);
  }
  set_num_threads(before);
}

TEST_CASE("gradients in another order of memory or not dense are clipped") {
  Tensor w = zeros({2, 3}).requires_grad_();
  w.set_grad(tensor({{1, -8}, {3, 4}, {-5, 6}}).t());
  optim::clip_grad_value_({w}, 4);
  CHECK(numbers(w) == std::vector<float>{1, 3, -4, -4, 4, 4});
  Tensor v = zeros({2, 2}).requires_grad_();
  v.set_grad(tensor({{3, 9, 0}, {0, 9, 4}}).slice(1, 0, 3, 2));
  CHECK(optim::clip_grad_norm_({v}, 1) == Approx(5));
  CHECK(numbers(v)[3] == Approx(0.8));
  v.set_grad(tensor({{3, 9, 0}, {0, 9, 4}}).slice(1, 0, 3, 2));
  optim::clip_grad_value_({v}, 2);
  CHECK(numbers(v) == std::vector<float>{2, 0, 0, 2});
}

TEST_CASE("a norm that is not finite is an error if asked") {
  const Tensor a = with_gradient(tensor({1, 1}));
  for (const double bad : {static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    const Tensor b = with_gradient(tensor({1, bad, 2}));
    for (const double order : {2.0, 1.0, static_cast<double>(INFINITY)}) {
      CHECK_ERROR(ValueError, optim::clip_grad_norm_({a, b}, 1, order, true),
                  "first that of parameter 1 of shape (3,)");
    }
    CHECK(numbers(a) == std::vector<float>{1, 1});
    CHECK_FALSE(std::isfinite(optim::clip_grad_norm_({b}, 1)));
  }
  const Tensor b = with_gradient(tensor({NAN}));
  optim::clip_grad_norm_({a, b}, 1);
  CHECK(std::isnan(numbers(a)[0]));
}

TEST_CASE("NaN stays where it is when elements are cut") {
  for (const DType dtype : {f32, f64}) {
    const Tensor a = with_gradient(tensor({-7, NAN, 7}, dtype));
    optim::clip_grad_value_({a}, 0.5);
    const std::vector<double> g = a.grad().to(f64).to_vector<double>();
    CHECK(g[0] == -0.5);
    CHECK(std::isnan(g[1]));
    CHECK(g[2] == 0.5);
  }
}

TEST_CASE("limits that make no sense are refused") {
  const Tensor a = with_gradient(tensor({1}));
  CHECK_ERROR(ValueError, optim::clip_grad_norm_({a}, -1),
              "clip_grad_norm_: max_norm is -1");
  CHECK_ERROR(ValueError, optim::clip_grad_norm_({a}, NAN), "max_norm is nan");
  CHECK_ERROR(ValueError, optim::clip_grad_norm_({a}, 1, 0), "no norm of order 0");
  CHECK_ERROR(ValueError, (optim::clip_grad_value_({a}, -2), 0),
              "clip_grad_value_: clip_value is -2");
}

}  // namespace
}  // namespace cairn
