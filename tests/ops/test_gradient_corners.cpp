// Gradients where finite differences on small tensors do not come: ties, batches that are
// cut into parts, windows that overlap while they stride.
#include <cairn/cairn.h>

#include <algorithm>
#include <cmath>

#include "tests/catch.h"

namespace cairn::test {
namespace {

using Doubles = std::vector<double>;

// dL/dx for L = Σ upstream · f(x).
template <class F>
Doubles gradient_of(F f, const Tensor& x, const Tensor& upstream) {
  const Tensor leaf = x.detach().clone().requires_grad_();
  f(leaf).backward(upstream);
  return leaf.grad().to_vector<double>();
}

TEST_CASE("operands that tie share the gradient of maximum and minimum") {
  const Tensor x = tensor({1, 2, 3}, f64), other = tensor({2, 2, 2}, f64);
  const Tensor upstream = tensor({10, 20, 40}, f64);
  const auto of_x = [&](auto f) {
    return gradient_of([&](const Tensor& t) { return f(t, other); }, x, upstream);
  };
  const auto of_other = [&](auto f) {
    return gradient_of([&](const Tensor& t) { return f(x, t); }, other, upstream);
  };
  CHECK(of_x(maximum) == Doubles{0, 10, 40});
  CHECK(of_other(maximum) == Doubles{10, 10, 0});
  CHECK(of_x(minimum) == Doubles{10, 10, 0});
  CHECK(of_other(minimum) == Doubles{0, 10, 40});
}

TEST_CASE("elements that tie share the gradient of amax and amin") {
  const Tensor x = tensor({{5, 1, 5}, {2, 2, 2}, {1, 3, 4}}, f64);
  const Tensor upstream = tensor({12, 30, 7}, f64);
  CHECK(gradient_of([](const Tensor& t) { return amax(t, {1}); }, x, upstream) ==
        Doubles{6, 0, 6, 10, 10, 10, 0, 0, 7});
  CHECK(gradient_of([](const Tensor& t) { return amin(t, {1}); }, x, upstream) ==
        Doubles{0, 12, 0, 10, 10, 10, 7, 0, 0});
}

// A convolution of many images adds up its filters' gradient part by part; one image is
// never cut.
void check_sum_over_images(std::int64_t n, std::int64_t group_channels) {
  Generator generator(8);
  Window window;
  window.stride[0] = 2, window.padding[1] = 1;
  const std::int64_t out = 3 * group_channels;
  const Tensor x = randn({n, 2 * group_channels, 5, 6}, generator, f64);
  const Tensor weight = randn({out, group_channels, 3, 2}, generator, f64);
  const Tensor upstream = randn({n, out, 2, 7}, generator, f64);
  const auto gradient = [&](std::int64_t begin, std::int64_t end) {
    return gradient_of(
        [&](const Tensor& w) {
          return conv2d(x.slice(0, begin, end), w, Tensor(), window, 2);
        },
        weight, upstream.slice(0, begin, end));
  };
  const Doubles whole = gradient(0, n);
  Doubles sum(whole.size(), 0);
  for (std::int64_t i = 0; i < n; ++i) {
    const Doubles one = gradient(i, i + 1);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += one[k];
  }
  INFO(n << " images, " << group_channels << " channels a group");
  double most = 0;
  for (std::size_t k = 0; k < sum.size(); ++k) {
    most = std::max(most, std::abs(whole[k] - sum[k]));
  }
  CHECK(most < 1e-11);
}

TEST_CASE("the gradient of filters over a large batch is the sum over its images") {
  for (const std::int64_t n : {2, 7, 8, 19, 67}) {
    // Groups of few channels are joined, others are not.
    for (const std::int64_t group_channels : {2, 16}) {
      check_sum_over_images(n, group_channels);
    }
  }
}

// Every op's case in the registry strides down the rows; here along them, where windows
// still overlap.
TEST_CASE("pixels under several strided windows of a convolution add up") {
  Generator generator(9);
  Window window;
  window.stride[0] = 1, window.stride[1] = 2, window.padding[1] = 2;
  // Few channels and many go different ways.
  for (const std::int64_t channels : {2, 17}) {
    const Tensor weight = randn({3, channels, 2, 5}, generator, f64);
    const Tensor x = randn({2, channels, 4, 7}, generator, f64).requires_grad_();
    const GradcheckResult result = gradcheck(
        [&](const std::vector<Tensor>& in) {
          return conv2d(in[0], weight, Tensor(), window);
        },
        {x});
    INFO(result.message);
    CHECK(result.ok);
  }
}

}  // namespace
}  // namespace cairn::test
