// Convolution and pooling against loops over every output, channel and tap, at random
// sizes, strides, paddings, dilations and groups.
#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

struct Setting {
  std::int64_t n, in, out, height, width, kernel[2], groups;
  Window window;
  bool biased;

  std::string text() const {
    std::ostringstream s;
    s << n << "x" << in << "x" << height << "x" << width << " -> " << out << ", kernel "
      << kernel[0] << "x" << kernel[1] << ", stride " << window.stride[0] << " "
      << window.stride[1] << ", padding " << window.padding[0] << " "
      << window.padding[1] << ", dilation " << window.dilation[0] << " "
      << window.dilation[1] << ", groups " << groups;
    return s.str();
  }
  std::int64_t extent(int axis) const { return axis == 0 ? height : width; }
  std::int64_t positions(int axis) const {
    const std::int64_t reach = window.dilation[axis] * (kernel[axis] - 1) + 1;
    return (extent(axis) + 2 * window.padding[axis] - reach) / window.stride[axis] + 1;
  }
  // The pixel under tap p of output i, which may lie outside.
  std::int64_t pixel(int axis, std::int64_t i, std::int64_t p) const {
    return i * window.stride[axis] + p * window.dilation[axis] - window.padding[axis];
  }
  bool inside(int axis, std::int64_t i, std::int64_t p) const {
    return pixel(axis, i, p) >= 0 && pixel(axis, i, p) < extent(axis);
  }
  // Calls f(p, q, row, column) for the taps of output (i, j) that lie in the image.
  template <class F>
  void each_tap(std::int64_t i, std::int64_t j, F f) const {
    for (std::int64_t p = 0; p < kernel[0]; ++p) {
      for (std::int64_t q = 0; q < kernel[1]; ++q) {
        if (inside(0, i, p) && inside(1, j, q)) f(p, q, pixel(0, i, p), pixel(1, j, q));
      }
    }
  }
};

// `room` pixels more than the window needs at the least.
Setting random_setting(Generator& g, bool pooling) {
  Setting s{};
  s.n = 1 + g.below(4), s.groups = pooling ? 1 : 1 + g.below(3);
  s.in = s.groups * (1 + g.below(4)),
  s.out = pooling ? s.in : s.groups * (1 + g.below(5));
  s.biased = g.below(2) == 0;
  std::int64_t* const extents[] = {&s.height, &s.width};
  for (int axis = 0; axis < 2; ++axis) {
    s.kernel[axis] = 1 + g.below(4);
    s.window.stride[axis] = 1 + g.below(3);
    s.window.dilation[axis] = 1 + g.below(3);
    s.window.padding[axis] = pooling ? g.below(s.kernel[axis] / 2 + 1) : g.below(4);
    const std::int64_t reach = s.window.dilation[axis] * (s.kernel[axis] - 1) + 1;
    const std::int64_t least = std::max<std::int64_t>(
        pooling ? s.window.dilation[axis] : 1, reach - 2 * s.window.padding[axis]);
    *extents[axis] = least + g.below(8);
  }
  return s;
}

template <class T>
double conv_at(const Setting& s, const Tensor& x, const Tensor& w, const Tensor& b,
               const Index& at) {
  const std::int64_t share = s.in / s.groups, group = at[1] / (s.out / s.groups);
  double total = b.defined() ? static_cast<double>(element<T>(b, {at[1]})) : 0;
  s.each_tap(at[2], at[3],
             [&](std::int64_t p, std::int64_t q, std::int64_t r, std::int64_t c) {
               for (std::int64_t k = 0; k < share; ++k) {
                 total += static_cast<double>(
                              element<T>(x, {at[0], group * share + k, r, c})) *
                          static_cast<double>(element<T>(w, {at[1], k, p, q}));
               }
             });
  return total;
}

template <class T>
void check_conv(std::uint64_t seed, int cases) {
  Generator generator(seed);
  const Draw<T> draw{generator, false};
  for (int i = 0; i < cases; ++i) {
    const Setting s = random_setting(generator, /*pooling=*/false);
    INFO(s.text());
    const auto layout = static_cast<std::size_t>(generator.below(4));
    const Tensor x = layouts<T>({s.n, s.in, s.height, s.width}, draw)[layout];
    const Tensor w = layouts<T>({s.out, s.in / s.groups, s.kernel[0], s.kernel[1]},
                                draw)[3 - layout];
    const Tensor b = s.biased ? filled<T>({s.out}, draw) : Tensor();
    const Shape shape{s.n, s.out, s.positions(0), s.positions(1)};
    check_elements<T>(
        conv2d(x, w, b, s.window, s.groups), shape, sizeof(T) == 4 ? 2e-6 : 1e-14,
        [&](const Index& at) { return conv_at<T>(s, x, w, b, at); }, 20);
  }
}

TEST_CASE("conv2d agrees with seven loops at random settings in f32") {
  check_conv<float>(51, 150);
}

TEST_CASE("conv2d agrees with seven loops at random settings in f64") {
  check_conv<double>(52, 80);
}

TEST_CASE("conv2d at the edges of what is possible") {
  CHECK(conv2d(zeros({0, 3, 5, 5}), zeros({2, 3, 3, 3}), Tensor()).shape() ==
        Shape{0, 2, 3, 3});
  CHECK(conv2d(zeros({2, 3, 5, 5}), zeros({0, 3, 3, 3}), Tensor()).shape() ==
        Shape{2, 0, 3, 3});
  Window wide;
  wide.padding[0] = wide.padding[1] = 5;
  const Tensor padded = conv2d(ones({1, 1, 1, 1}), ones({1, 1, 3, 3}), Tensor(), wide);
  CHECK(padded.shape() == Shape{1, 1, 9, 9});
  CHECK(padded.sum().item<double>() == 9);
}

// A hostile NaN in one image or channel must not reach the others: no 0 · NaN through
// padding.
TEST_CASE("conv2d keeps images and groups apart") {
  Tensor x = ones({3, 4, 5, 5});
  x[1].select(0, 2).fill_(std::numeric_limits<double>::quiet_NaN());
  Window padded;
  padded.padding[0] = padded.padding[1] = 1;
  const Tensor y = conv2d(x, ones({6, 2, 3, 3}), Tensor(), padded, 2);
  CHECK(count_nonfinite(y[0]) == 0);
  CHECK(count_nonfinite(y[1].slice(0, 0, 3)) == 0);
  CHECK(count_nonfinite(y[1].slice(0, 3, 6)) == 3 * 25);
  CHECK(count_nonfinite(y[2]) == 0);
}

// ── Pooling ─────────────────────────────────────────────────────────────────────────

template <class T>
T max_at(const Setting& s, const Tensor& x, const Index& at) {
  T top = -std::numeric_limits<T>::infinity();
  s.each_tap(at[2], at[3],
             [&](std::int64_t, std::int64_t, std::int64_t r, std::int64_t c) {
               const T v = element<T>(x, {at[0], at[1], r, c});
               if (top == top && (v != v || v > top)) top = v;
             });
  return top;
}

template <class T>
double mean_at(const Setting& s, const Tensor& x, const Index& at) {
  double total = 0;
  s.each_tap(at[2], at[3],
             [&](std::int64_t, std::int64_t, std::int64_t r, std::int64_t c) {
               total += static_cast<double>(element<T>(x, {at[0], at[1], r, c}));
             });
  return total / static_cast<double>(s.kernel[0] * s.kernel[1]);
}

template <class T>
void check_pools(std::uint64_t seed, int cases) {
  Generator generator(seed);
  for (int i = 0; i < cases; ++i) {
    const Setting s = random_setting(generator, /*pooling=*/true);
    INFO(s.text());
    const Shape kernel{s.kernel[0], s.kernel[1]};
    const Shape shape{s.n, s.in, s.positions(0), s.positions(1)};
    const bool specials = i % 2 == 0;
    for (const Tensor& x :
         layouts<T>({s.n, s.in, s.height, s.width}, Draw<T>{generator, specials})) {
      check_elements<T>(max_pool2d(x, kernel, s.window), shape, 0,
                        [&](const Index& at) { return max_at<T>(s, x, at); });
      check_elements<T>(
          avg_pool2d(x, kernel, s.window), shape, sizeof(T) == 4 ? 1e-6 : 1e-14,
          [&](const Index& at) { return static_cast<T>(mean_at<T>(s, x, at)); }, 3);
    }
  }
}

TEST_CASE("pooling agrees with loops at random settings in f32") {
  check_pools<float>(53, 100);
}

TEST_CASE("pooling agrees with loops at random settings in f64") {
  check_pools<double>(54, 50);
}

TEST_CASE("max pooling hands the gradient to the first of equal maxima") {
  Tensor x = tensor({{1, 3, 3}, {3, 0, 3}}).reshape({1, 1, 2, 3}).requires_grad_();
  max_pool2d(x, {2, 2}, Window{}).backward(tensor({{10, 100}}).reshape({1, 1, 1, 2}));
  CHECK(x.grad().to_vector<float>() == std::vector<float>{0, 110, 0, 0, 0, 0});
}

TEST_CASE("max pooling with windows of more than 256 taps") {
  Generator generator(55);
  Tensor x = randn({2, 2, 20, 19}, generator).requires_grad_();
  const Tensor y = max_pool2d(x, {18, 17}, Window{});
  REQUIRE(y.shape() == Shape{2, 2, 3, 3});
  Setting s{};
  s.n = 2, s.in = 2, s.height = 20, s.width = 19, s.kernel[0] = 18, s.kernel[1] = 17;
  check_elements<float>(y, y.shape(), 0,
                        [&](const Index& at) { return max_at<float>(s, x, at); });
  y.backward(ones(y.shape()));
  CHECK(x.grad().sum().item<double>() == y.numel());
  // Where the gradient went, there is a maximum.
  const Tensor winners = where(gt(x.grad(), zeros({})), x.detach(), full({}, -1e9));
  CHECK(winners.max().item<float>() == y.max().item<float>());
}

}  // namespace
}  // namespace cairn::test
