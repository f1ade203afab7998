// Chapter 12: Winograd's matrices, depthwise filters, and the planted bugs.
#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "06-convolutional-networks/check.h"
#include "12-fast-convolution/broken.h"
#include "12-fast-convolution/compare.h"
#include "12-fast-convolution/depthwise.h"
#include "12-fast-convolution/errors.h"
#include "tests/catch.h"

using namespace ch12;

namespace {

Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  return ch04::normal(cols, rows, 1, random);
}

}  // namespace

TEST_CASE("from any points the matrices give the responses") {
  Random random(9);
  const auto differs = [&](const auto& f) {
    constexpr std::size_t m = std::decay_t<decltype(f)>::kOut;
    constexpr std::size_t n = m + 2;
    std::vector<Table<n, n, float>> pixels(2);
    std::vector<Table<3, 3, float>> weights(2);
    for (auto& tile : pixels) fill(tile, random);
    for (auto& tile : weights) fill(tile, random);
    const auto fast = one_tile<double>(f, pixels, weights);
    const auto exact = direct<double, m>(pixels, weights);
    double worst = 0;
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < m; ++j)
        worst = std::max(worst, std::abs(fast[i][j] - exact[i][j]));
    return worst;
  };
  CHECK(differs(F2::kAll) < 1e-13);
  CHECK(differs(F4::kAll) < 1e-12);
  CHECK(differs(toom_cook<4, 3>({0, 0.5, -1, 3, -0.25})) < 1e-11);
  CHECK(differs(toom_cook<6, 3>({0, 1, -1, 2, -2, 0.5, -0.5})) < 1e-11);
}

TEST_CASE("good points lose fewer digits") {
  const double usual = errors(F4::kAll, 16, 20).winograd;
  const double a = 2.0 / 3, b = 1.5;
  CHECK(errors(toom_cook<4, 3>({0, a, -a, b, -b}), 16, 20).winograd < 0.75 * usual);
  CHECK(errors(toom_cook<4, 3>({0, 1, 2, 3, 4}), 16, 20).winograd > 100 * usual);
}

TEST_CASE("a depthwise convolution is one of each channel alone") {
  Random random(10);
  for (std::size_t channels : {3, 16, 37}) {
    const Task t{2, {channels, 6, 7}, {3, 2, 1}, channels};
    const Matrix x = noise(2, t.in.size(), random), w = noise(channels, 9, random);
    Flat y(t.places() * channels);
    depthwise(t, to_pixels(x, t.in, 1), by_tap(w, 1), y);
    const Matrix got = to_planes(y, 2, t.out(), 0);
    const std::size_t plane = 42, spots = t.out().height * t.out().width;
    for (std::size_t c = 0; c < channels; ++c) {
      Matrix one(2, plane), filter(1, 9);
      std::copy_n(&w.values[9 * c], 9, filter.values.begin());
      for (std::size_t n = 0; n < 2; ++n)
        std::copy_n(&x.values[n * t.in.size() + c * plane], plane,
                    &one.values[n * plane]);
      const Matrix expected = ch06::Conv2d({1, 6, 7}, t.window, filter).forward(one);
      for (std::size_t n = 0; n < 2; ++n)
        for (std::size_t k = 0; k < spots; ++k)
          REQUIRE(got(n, c * spots + k) == Approx(expected(n, k)).margin(1e-12));
    }
  }
}

TEST_CASE("each planted bug is found by what the page says and by nothing less") {
  Random random(11);
  const Window framed{3, 1, 1}, strided{5, 2, 1};
  const auto small = [&](auto&& layer) {
    return ch06::check_layer(layer, noise(1, 96, random), random).passed();
  };
  const auto two = [&](auto&& layer) {
    return ch06::two_products(layer, noise(1, 96, random), random) < 1e-10;
  };
  const Matrix w3 = noise(3, 18, random), w5 = noise(3, 50, random);
  const Shape in{2, 6, 8}, large{3, 13, 18};
  CHECK(small(ConvNeighbour(in, framed, w3)));
  CHECK(two(ConvNeighbour(in, framed, w3)));
  CHECK(against_loops<ConvNeighbour>(in, framed, 3, 1, random).forward > 0.1);
  CHECK_FALSE(two(FastConvNotTurned(in, framed, w3)));
  CHECK_FALSE(small(ConvWrongSign(in, framed, w3)));
  CHECK(small(ConvBorderTwice(in, framed, w3)));
  CHECK(against_loops<ConvBorderTwice>(in, framed, 3, 1, random).all < 1e-11);
  CHECK(against_loops<ConvBorderTwice>(large, framed, 3, 2, random).all > 0.1);
  CHECK(small(ConvShiftedPhases(in, framed, w3)));
  CHECK(small(ConvShiftedPhases(in, {5, 2, 2}, w5)));
  CHECK_FALSE(small(ConvShiftedPhases(in, strided, w5)));
}
