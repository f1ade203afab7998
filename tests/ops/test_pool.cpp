// Pooling by kernels (f32) against pooling in plain loops (f64), over windows of all
// kinds and both orders of memory.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"

namespace cairn::test {
namespace {

struct Windows {
  Shape image, kernel;
  Window window;
};

std::vector<Windows> all_windows() {
  std::vector<Windows> list;
  const auto add = [&](const Shape& image, const Shape& kernel, std::int64_t stride,
                       std::int64_t padding, std::int64_t dilation) {
    Windows w{image, kernel, {}};
    for (int axis = 0; axis < 2; ++axis) {
      w.window.stride[axis] = stride, w.window.padding[axis] = padding;
      w.window.dilation[axis] = dilation;
    }
    list.push_back(w);
  };
  for (const std::int64_t channels : {1, 3, 4, 16, 33}) {
    add({3, channels, 6, 8}, {2, 2}, 2, 0, 1);       // tiles
    add({3, channels, 7, 9}, {2, 2}, 2, 0, 1);       // tiles, and a rest
    add({2, channels, 9, 8}, {3, 3}, 2, 1, 1);       // overlap and padding
    add({2, channels, 9, 11}, {2, 3}, 1, 0, 2);      // dilation
    add({2, channels, 9, 10}, {2, 2}, 4, 1, 1);      // gaps
    add({5, channels, 7, 5}, {7, 5}, 7, 0, 1);       // one window
    add({2, channels, 40, 34}, {17, 17}, 17, 0, 1);  // more taps than a byte counts
  }
  add({64, 32, 14, 14}, {2, 2}, 2, 0, 1);  // enough for several threads
  return list;
}

Tensor channels_last(const Tensor& x) {
  return x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

double difference(const Tensor& a, const Tensor& b) {
  return abs(a.detach().to(f64) - b.detach().to(f64)).max().item<double>();
}

template <class Pool>
void check_pool(const char* name, const Windows& w, const Tensor& x0, double slack,
                Pool pool) {
  Generator generator(3);
  Tensor wide = x0.to(f64).detach().requires_grad_();
  const Tensor want = pool(wide);
  const Tensor dy = randn(want.shape(), generator);
  want.backward(dy.to(f64));
  for (const bool last : {false, true}) {
    INFO(name << " of " << w.image.to_string() << " by " << w.kernel.to_string()
              << " stride " << w.window.stride[0] << (last ? ", channels last" : ""));
    Tensor x = (last ? channels_last(x0) : x0).detach().requires_grad_();
    const Tensor y = pool(x);
    CHECK(difference(y, want) <= slack);
    if (last && w.image[1] > 1) CHECK(y.strides() == channels_last(y).strides());
    y.backward(last ? channels_last(dy) : dy);
    CHECK(difference(x.grad(), wide.grad()) <= 1e-6);
  }
}

TEST_CASE("pooling by kernels agrees with the plain loops") {
  Generator generator(2);
  for (const Windows& w : all_windows()) {
    // Few different numbers: the first of equal maxima must win everywhere.
    const Tensor ties = randint(0, 5, w.image, generator).to(f32);
    check_pool("max", w, ties, 0,
               [&](const Tensor& x) { return max_pool2d(x, w.kernel, w.window); });
    check_pool("mean", w, randn(w.image, generator), 1e-6,
               [&](const Tensor& x) { return avg_pool2d(x, w.kernel, w.window); });
  }
}

TEST_CASE("a NaN wins in every order of memory") {
  Tensor x = zeros({1, 8, 4, 4});
  x.slice(2, 1, 2).slice(3, 1, 2).fill_(NAN);
  Window halves;
  halves.stride[0] = halves.stride[1] = 2;
  for (const Tensor& input : {x, channels_last(x)}) {
    const Tensor y = max_pool2d(input, {2, 2}, halves);
    CHECK(count_nonfinite(y) == 8);
    CHECK(std::isnan(y[0][3][0][0].item<float>()));
  }
}

TEST_CASE("pooling does not depend on the number of threads") {
  Generator generator(4);
  const Tensor x = randn({16, 24, 33, 33}, generator);
  Window overlapping;
  overlapping.stride[0] = overlapping.stride[1] = 2;
  const auto all = [&] {
    std::vector<float> bits;
    for (const Tensor& input : {x, channels_last(x)}) {
      for (const auto pool : {max_pool2d, avg_pool2d}) {
        Tensor leaf = input.detach().requires_grad_();
        const Tensor y = pool(leaf, {3, 3}, overlapping);
        y.backward(y.detach());
        for (const float v : leaf.grad().to_vector<float>()) bits.push_back(v);
      }
    }
    return bits;
  };
  const int threads = num_threads();
  set_num_threads(1);
  const std::vector<float> one = all();
  set_num_threads(3);
  const std::vector<float> three = all();
  set_num_threads(threads);
  CHECK(one == three);
}

}  // namespace
}  // namespace cairn::test
