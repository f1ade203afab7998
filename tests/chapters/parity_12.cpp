// Chapter 12 against the library: its layer in all three passes, and Winograd's tiles in
// the library's float.
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/ops/conv.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "04-multilayer-perceptron/init.h"
#include "12-fast-convolution/layer.h"
#include "tests/catch.h"

namespace {

using cairn::Tensor;
using ch01::Matrix;
using ch06::Shape;
using ch06::Window;

std::int64_t whole(std::size_t n) { return static_cast<std::int64_t>(n); }

template <class T>
Tensor images(const Matrix& m, const Shape& s) {
  const std::vector<T> values(m.values.begin(), m.values.end());
  return Tensor::from_vector(
      values, {whole(m.rows), whole(s.channels), whole(s.height), whole(s.width)});
}

cairn::Window window(const Window& w) {
  cairn::Window result;
  result.stride[0] = result.stride[1] = whole(w.stride);
  result.padding[0] = result.padding[1] = whole(w.padding);
  return result;
}

template <class T>
void check_close(const std::vector<T>& a, const std::vector<double>& b, double share) {
  REQUIRE(a.size() == b.size());
  double largest = 1, worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(b[i]));
    worst = std::max(worst, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  CHECK(worst <= share * largest);
}

// Both layers on the same numbers, in all three passes.
template <class T>
void compare(const Shape& in, const Window& w, std::size_t filters, double share) {
  INFO("window " << w.size << " " << w.stride << " " << w.padding << ", " << in.channels
                 << " to " << filters);
  ch01::Random random(7);
  const auto noise = [&](std::size_t rows, std::size_t cols) {
    return ch04::normal(cols, rows, 1, random);
  };
  const Matrix filter = noise(filters, in.channels * w.size * w.size);
  const Matrix x = noise(2, in.size());
  const Shape out = ch06::after(in, w, filters);
  const Matrix dy = noise(2, out.size());
  // ANCHOR: same
  ch12::FastConv ours(in, w, filter);
  Tensor their_x = images<T>(x, in);
  Tensor weight = images<T>(filter, {in.channels, w.size, w.size});
  their_x.requires_grad_();
  weight.requires_grad_();
  const Tensor y = cairn::conv2d(their_x, weight, Tensor(), window(w));
  y.backward(images<T>(dy, out));
  check_close(y.to_vector<T>(), ours.forward(x).values, share);
  ours.accumulate(dy);
  check_close(their_x.grad().to_vector<T>(), ours.backward(dy).values, share);
  check_close(weight.grad().to_vector<T>(), ours.parameters()[0]->gradient.values,
              share);
  // ANCHOR_END: same
}

}  // namespace

TEST_CASE("the fast layer is the library's in double") {
  for (const Window& w : {Window{3, 1, 1}, Window{3, 2, 1}, Window{5, 1, 2},
                          Window{2, 3}, Window{1}, Window{1, 2}})
    for (std::size_t channels : {1, 3, 17})
      compare<double>({channels, 7, 12}, w, channels == 3 ? 8 : 19, 1e-12);
}

TEST_CASE("the fast layer is the library's in float by Winograd's tiles too") {
  compare<float>({32, 14, 14}, {3, 1, 1}, 32, 2e-5);
  compare<float>({3, 9, 11}, {3, 1, 1}, 8, 2e-5);
}
