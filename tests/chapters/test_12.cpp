// Chapter 12: the two worked examples, every way of convolving against chapter 6's loops,
// and the backward passes. What else there is is in test_others_12.cpp: this file is
// compiled once for each mutation.
#include <algorithm>
#include <cmath>
#include <string>

#include "06-convolutional-networks/check.h"
#include "06-convolutional-networks/turned.h"
#include "12-fast-convolution/compare.h"
#include "12-fast-convolution/hand.h"
#include "12-fast-convolution/layer.h"
#include "12-fast-convolution/ways.h"
#include "tests/catch.h"

using namespace ch12;

namespace {

Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  return ch04::normal(cols, rows, 1, random);
}

const Window kWindows[] = {{3, 1, 1}, {3},    {5, 1, 2}, {1},       {1, 2},
                           {3, 2, 1}, {2, 3}, {5, 2, 1}, {3, 3, 2}, {2, 1, 3}};

// Chapter 6's layer, and its task for two images.
struct Case {
  Task task;
  ch06::Conv2d loops;
  Matrix images;
  Flat x, w;

  Case(const Shape& in, const Window& window, std::size_t filters, Random& random)
      : task{2, in, window, filters},
        loops(in, window, ch04::he(task.depth(), filters, random)),
        images(noise(2, in.size(), random)),
        x(to_pixels(images, in, window.padding)),
        w(by_tap(loops.parameters()[0]->value, in.channels)) {}
};

}  // namespace

TEST_CASE("the worked examples have the numbers of the page") {
  const ch06::Hand hand;
  CHECK(one_tap(hand, 0, 0).values == Flat{1, 2, 0, 1});
  CHECK(one_tap(hand, 0, 1).values == Flat{-2, 0, -1, -3});
  CHECK(one_tap(hand, 1, 1).values == Flat{2, 6, 2, 2});
  const FourProducts r = four_products({1, 2, 0, 3}, {1, -1, 2});
  CHECK(r.products == std::array<double, 4>{1, 2, -4, 2});
  CHECK(r.responses == std::array<double, 2>{-1, 8});
}

TEST_CASE("pixels lie channels last in their frame and come back") {
  Random random(1);
  const Shape s{3, 4, 5};
  const Matrix x = noise(2, s.size(), random);
  const Flat pixels = to_pixels(x, s, 2);
  REQUIRE(pixels.size() == 2 * 3 * 8 * 9);
  CHECK(pixels[((1 * 8 + 2 + 3) * 9 + 2 + 4) * 3 + 1] == x(1, s.at(1, 3, 4)));
  CHECK(pixels[0] == 0);
  CHECK(to_planes(pixels, 2, s, 2).values == x.values);
  Matrix back(4, 18);
  const Matrix w = noise(4, 18, random);
  add_by_filter(by_tap(w, 2), 2, back);
  CHECK(back.values == w.values);
}

TEST_CASE("every way forward is chapter 6's") {
  Random random(2);
  for (std::size_t channels : {1, 3, 17})
    for (std::size_t filters : {1, 5, 19})
      for (const Window& window : kWindows) {
        Case c({channels, 7, 12}, window, filters, random);
        const Flat expected = to_pixels(c.loops.forward(c.images), c.task.out(), 0);
        for (const Way& way : ways()) {
          if (!way.takes(c.task)) continue;
          INFO(way.name << ", window " << window.size << " " << window.stride << " "
                        << window.padding << ", " << channels << " to " << filters);
          const Flat y = way.convolve(c.task, c.x, c.w);
          REQUIRE(y.size() == expected.size());
          REQUIRE(apart(y, expected) < 1e-12);
        }
      }
}

TEST_CASE("bias and ReLU in the tile are those after it") {
  Random random(3);
  Case c({17, 6, 9}, {3, 1, 1}, 19, random);
  Matrix& bias = c.loops.parameters()[1]->value;
  bias = noise(1, 19, random);
  Flat expected = to_pixels(c.loops.forward(c.images), c.task.out(), 0);
  const Ending with_bias{bias.values.data()}, both{bias.values.data(), true};
  CHECK(apart(by_tiles(c.task, c.x, c.w, with_bias), expected) < 1e-12);
  CHECK(apart(by_list(c.task, c.x, c.w, with_bias), expected) < 1e-12);
  CHECK(apart(by_winograd<F2>(c.task, c.x, c.w, with_bias), expected) < 1e-12);
  for (double& v : expected) v = std::max(0.0, v);
  CHECK(apart(by_tiles(c.task, c.x, c.w, both), expected) < 1e-12);
  CHECK(apart(by_winograd<F4>(c.task, c.x, c.w, both), expected) < 1e-12);
}

TEST_CASE("a strip holds as many rows as the cache and no more columns") {
  const Task t{2, {64, 28, 28}, {3, 1, 1}, 8};
  const std::size_t rows = strip_rows(t), row = 28 * 576 * sizeof(double);
  CHECK(rows * row <= kStripBytes);
  CHECK((rows + 1) * row > kStripBytes);
  Flat strip;
  columns(t, Flat(2 * t.frame().size()), 3, 2, strip);
  CHECK(strip.size() == 2 * 28 * 576);
  CHECK(strip_rows({1, {256, 99, 99}, {5}, 8}) == 1);
  CHECK(strip_rows({1, {1, 4, 4}, {1}, 1}) == 4);
}

TEST_CASE("the layer is chapter 6's in all three passes") {
  Random random(4);
  for (std::size_t channels : {1, 7, 17})
    for (std::size_t filters : {1, 16, 19})
      for (const Window& window : kWindows) {
        INFO("window " << window.size << " " << window.stride << " " << window.padding
                       << ", " << channels << " to " << filters);
        const Shape in{channels, 7, 13};
        REQUIRE(against_loops<FastConv>(in, window, filters, 2, random).all < 1e-11);
      }
}

TEST_CASE("the layer passes the check whichever way it goes") {
  Random random(5);
  const auto passes = [&](const Shape& in, const Window& w, std::size_t filters) {
    FastConv layer(in, w, ch04::he(in.channels * w.size * w.size, filters, random));
    const auto result = ch06::check_layer(layer, noise(2, in.size(), random), random);
    CHECK(result.kinks == 0);
    return result.passed();
  };
  CHECK(passes({3, 6, 4}, {5, 1, 2}, 3));
  CHECK(passes({8, 4, 5}, {3, 1, 1}, 2));
  CHECK(passes({2, 6, 7}, {3, 2, 1}, 3));
  CHECK(passes({2, 7, 8}, {2, 3}, 3));
  CHECK(passes({16, 6, 6}, {3, 1, 1}, 16));
}

TEST_CASE("gradients are added to what is there") {
  Random random(6);
  FastConv layer({2, 5, 6}, {3, 1, 1}, ch04::he(18, 3, random));
  layer.forward(noise(2, 60, random));
  const Matrix dy = noise(2, 90, random);
  layer.accumulate(dy);
  const Flat once = layer.parameters()[0]->gradient.values;
  layer.accumulate(dy);
  for (std::size_t k = 0; k < once.size(); ++k)
    CHECK(layer.parameters()[0]->gradient.values[k] == Approx(2 * once[k]));
}

TEST_CASE("every tap is in one phase and every reached pixel too") {
  for (const Window& w : kWindows) {
    std::size_t taps = 0, pixels = 0;
    const std::size_t length = 17, count = (length - w.size) / w.stride + 1;
    for (std::size_t a = 0; a < w.stride; ++a) {
      taps += phase(a, length, count, w).taps;
      pixels += phase(a, length, count, w).pixels;
    }
    CHECK(taps == w.size);
    CHECK(pixels <= length);
    if (w.size >= w.stride) CHECK(pixels + w.stride > length);
  }
}

TEST_CASE("phases are right where the stride leaves a rest") {
  Random random(7);
  for (std::size_t width : {8, 9, 10, 11}) {
    const Window w{3, 3, 1};
    Case c({2, 7, width}, w, 5, random);
    const Matrix dy = noise(2, c.loops.forward(c.images).cols, random);
    const Flat slopes = to_pixels(dy, c.task.out(), phase_frame(c.task));
    const Matrix dx =
        to_planes(by_phases(c.task, slopes, c.w), 2, c.task.in, w.padding);
    CHECK(apart(dx.values, c.loops.backward(dy).values) < 1e-12);
  }
}

TEST_CASE("turned filters are chapter 6's") {
  Random random(8);
  const Task t{1, {3, 7, 9}, {3, 1, 1}, 4};
  const Matrix w = noise(4, 27, random);
  CHECK(turned(t, by_tap(w, 3)) == by_tap(ch06::turned(w, 3, 3), 4));
}
