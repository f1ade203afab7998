// Chapter 6: the worked example, the three passes of a convolution and of two kinds of
// pooling, what moves when the picture moves, the two other ways to the same numbers, and
// the planted bugs.
#include <algorithm>
#include <cmath>
#include <string>

#include "03-checking-gradients/colour_network.h"
#include "04-multilayer-perceptron/check.h"
#include "06-convolutional-networks/broken.h"
#include "06-convolutional-networks/check.h"
#include "06-convolutional-networks/columns.h"
#include "06-convolutional-networks/costs.h"
#include "06-convolutional-networks/hand.h"
#include "06-convolutional-networks/network.h"
#include "06-convolutional-networks/shift.h"
#include "06-convolutional-networks/turned.h"
#include "tests/catch.h"

using namespace ch06;
using ch04::Samples;

namespace {

Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  return ch04::normal(cols, rows, 1, random);
}

Conv2d some_conv(const Shape& in, const Window& window, std::size_t filters,
                 Random& random) {
  return Conv2d(in, window,
                he(in.channels * window.size * window.size, filters, random));
}

void check_same(const Matrix& a, const Matrix& b, double margin = 1e-12) {
  REQUIRE(a.rows == b.rows);
  REQUIRE(a.cols == b.cols);
  double worst = 0;
  for (std::size_t k = 0; k < a.values.size(); ++k)
    worst = std::max(worst, std::abs(a.values[k] - b.values[k]));
  CHECK(worst <= margin);
}

// A picture with an empty margin of `margin` pixels.
Matrix blot(const Shape& shape, std::size_t margin, Random& random) {
  Matrix x(2, shape.size());
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t c = 0; c < shape.channels; ++c)
      for (std::size_t i = margin; i < shape.height - margin; ++i)
        for (std::size_t j = margin; j < shape.width - margin; ++j)
          x(n, shape.at(c, i, j)) = random.uniform();
  return x;
}

}  // namespace

TEST_CASE("the worked example has the numbers of the page") {
  const Hand hand;
  Conv2d layer = hand.layer();
  Matrix dy;
  const Matrix y = layer.forward(hand.image);
  CHECK(y.values == Flat{1, 8, 1, 0});
  CHECK(half_square(y, hand.wanted, &dy) == 7);
  CHECK(dy.values == Flat{2, 0, -1, 3});
  layer.accumulate(dy);
  CHECK(layer.parameters()[0]->gradient.values == Flat{5, 12, 1, 4});
  CHECK(layer.parameters()[1]->gradient.values == Flat{4});
  CHECK(layer.backward(dy).values == Flat{2, -2, 0, -1, 8, -3, 0, -2, 6});
}

TEST_CASE("a window fits at as many places as the formula says") {
  CHECK(places(28, {5}) == 24);
  CHECK(places(28, {5, 1, 2}) == 28);
  CHECK(places(28, {5, 2, 2}) == 14);
  CHECK(places(7, {2, 2}) == 3);
  CHECK(places(3, {3}) == 1);
  CHECK_THROWS_AS(places(2, {3}), std::invalid_argument);
  CHECK_THROWS_AS(places(5, {0}), std::invalid_argument);
  CHECK_THROWS_AS(places(5, {2, 0}), std::invalid_argument);
  const Shape out = after({3, 7, 10}, {3, 2, 1}, 4);
  CHECK(text(out) == "4×4×5");
}

TEST_CASE("shapes that do not fit are refused") {
  Random random(1);
  CHECK_THROWS_AS(Conv2d({2, 5, 5}, {3}, Matrix(4, 9)), std::invalid_argument);
  CHECK_THROWS_AS(MaxPool({2, 5, 5}, {2, 2, 1}), std::invalid_argument);
  Conv2d conv = some_conv({2, 5, 5}, {3}, 4, random);
  CHECK_THROWS_AS(conv.forward(Matrix(1, 49)), std::invalid_argument);
}

TEST_CASE("a framed picture has zeros outside and is cropped to itself") {
  Random random(2);
  const Shape shape{2, 3, 4};
  const Matrix x = noise(2, shape.size(), random);
  const Matrix large = pad(x, shape, 2);
  const Shape frame = framed(shape, 2);
  CHECK(text(frame) == "2×7×8");
  CHECK(large(1, frame.at(1, 2, 2)) == x(1, shape.at(1, 0, 0)));
  CHECK(large(1, frame.at(1, 4, 5)) == x(1, shape.at(1, 2, 3)));
  double outside = 0, all = 0;
  for (double v : large.values) all += std::abs(v);
  for (double v : x.values) outside += std::abs(v);
  CHECK(all == Approx(outside));
  CHECK(crop(large, shape, 2).values == x.values);
}

TEST_CASE("without a frame the layer is chapter 3's convolution") {
  Random random(3);
  ch03::Filters filters = ch03::make_filters(4, 3);
  for (double& w : filters.weights) w = random.normal();
  ch03::Volume image = ch03::make_volume(3, 6, 8);
  Matrix x(1, 3 * 6 * 8);
  const Shape in{3, 6, 8};
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 8; ++j)
        x(0, in.at(c, i, j)) = image[c][i][j] = random.normal();
  Matrix w(4, 27);
  for (std::size_t f = 0; f < 4; ++f)
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b)
        for (std::size_t c = 0; c < 3; ++c)
          w(f, (c * 3 + a) * 3 + b) = filters.weights[filters.index(f, a, b, c)];
  const ch03::Volume expected = ch03::convolve(image, filters);
  const Matrix y = Conv2d(in, {3}, w).forward(x);
  const Shape out = after(in, {3}, 4);
  for (std::size_t f = 0; f < 4; ++f)
    for (std::size_t i = 0; i < out.height; ++i)
      for (std::size_t j = 0; j < out.width; ++j)
        CHECK(y(0, out.at(f, i, j)) == Approx(expected[f][i][j]).margin(1e-12));
}

TEST_CASE("every gradient of a convolution passes the check") {
  Random random(4);
  const Shape shapes[] = {{3, 7, 10}, {1, 5, 4}, {2, 6, 9}};
  for (const Shape& in : shapes) {
    for (const Window& window :
         {Window{3}, Window{3, 2, 1}, Window{2, 3}, Window{4, 1, 3}, Window{1}}) {
      INFO(text(in) << ", window " << window.size << " " << window.stride << " "
                    << window.padding);
      Conv2d conv = some_conv(in, window, 4, random);
      conv.parameters()[1]->value = noise(1, 4, random);
      const auto result = check_layer(conv, noise(2, in.size(), random), random);
      CHECK(result.checked ==
            2 * in.size() + 4 * (in.channels * window.size * window.size + 1));
      CHECK(result.kinks == 0);
      CHECK(result.passed());
    }
  }
}

TEST_CASE("pooling has the right gradients") {
  Random random(5);
  const Shape in{3, 7, 10};
  for (const Window& window : {Window{2, 2}, Window{3, 2}, Window{3}, Window{2, 3}}) {
    MaxPool largest(in, window);
    MeanPool mean(in, window);
    const Matrix x = noise(2, in.size(), random);
    const auto first = check_layer(largest, x, random);
    CHECK(first.kinks == 0);
    CHECK(first.passed());
    CHECK(check_layer(mean, x, random).passed());
  }
}

TEST_CASE("pooling gives the largest or the mean of each window") {
  const Shape in{1, 2, 5};
  Matrix x(1, 10);
  x.values = {1, 4, -1, -3, 9, 2, 3, -5, -2, 9};
  MaxPool largest(in, {2, 2});
  MeanPool mean(in, {2, 2});
  CHECK(largest.forward(x).values == Flat{4, -1});
  CHECK(mean.forward(x).values == Flat{2.5, -2.75});
}

TEST_CASE("of equal pixels the first gets the gradient and it is not multiplied") {
  MaxPool pool({1, 2, 4}, {2, 2});
  Matrix x(1, 8, 3.0), dy(1, 2);
  dy.values = {5, 7};
  pool.forward(x);
  CHECK(pool.backward(dy).values == Flat{5, 0, 7, 0, 0, 0, 0, 0});
}

TEST_CASE("gradients of parameters add up over two halves of a batch") {
  Random random(6);
  Network net;
  const Shape in{2, 6, 7};
  const Window window{3, 2, 1};
  net.add<Conv2d>(in, window, he(18, 3, random)).add<ReLU>();
  net.add<MaxPool>(after(in, window, 3), Window{2});
  net.add<Dense>(he(3 * 2 * 3, 4, random));
  const Samples batch = ch04::random_batch(5, in.size(), 4, random);
  CHECK(ch04::check(net, batch).passed());
}

TEST_CASE("what goes forward and what comes back have the same product") {
  Random random(7);
  const Shape in{3, 7, 10};
  const Matrix x = few_values(2, in.size(), random);
  Conv2d conv = some_conv(in, {3, 2, 1}, 4, random);
  MaxPool largest(in, {3, 2});
  MeanPool mean(in, {2, 2});
  CHECK(two_products(conv, x, random) < 1e-12);
  CHECK(two_products(largest, x, random) < 1e-12);
  CHECK(two_products(mean, x, random) < 1e-12);
}

TEST_CASE("move the picture and the maps move with it") {
  Random random(8);
  const Shape in{2, 18, 16};
  const Matrix x = blot(in, 6, random);
  for (const Window& window : {Window{3, 1, 1}, Window{5, 1, 2}}) {
    Conv2d conv = some_conv(in, window, 3, random);
    const Shape maps = after(in, window, 3);
    const Matrix y = conv.forward(x);
    CHECK(conv.forward(shifted(x, in, 2, -3)).values == shifted(y, maps, 2, -3).values);
    CHECK(conv.forward(shifted(x, in, 0, 1)).values != y.values);
  }
  Conv2d strided = some_conv(in, {3, 2, 1}, 3, random);
  MaxPool pool(in, {2, 2});
  const Shape half = after(in, {2, 2}, 2), maps = after(in, {3, 2, 1}, 3);
  CHECK(strided.forward(shifted(x, in, 4, 2)).values ==
        shifted(strided.forward(x), maps, 2, 1).values);
  CHECK(pool.forward(shifted(x, in, -2, 4)).values ==
        shifted(pool.forward(x), half, -1, 2).values);
}

TEST_CASE("the largest anywhere does not care where") {
  Random random(9);
  const Shape image{1, 40, 40};
  Network net = anywhere(image, random);
  net.parameters()[4]->value = noise(10, 12, random);
  const Matrix x = blot(image, 14, random);
  CHECK(net.forward(x).values == net.forward(shifted(x, image, 2, -4)).values);
  CHECK(net.forward(x).values != net.forward(shifted(x, image, 1, 0)).values);
}

TEST_CASE("the input gradient is a convolution with filters turned") {
  Random random(10);
  const Shape in{3, 7, 9};
  for (const Window& window : {Window{3}, Window{3, 1, 1}, Window{2, 1, 1}}) {
    const Matrix w = he(3 * window.size * window.size, 4, random);
    const Conv2d conv(in, window, w);
    const Matrix dy = noise(2, after(in, window, 4).size(), random);
    check_same(input_gradient(dy, in, window, w), conv.backward(dy));
  }
  const Matrix w = he(27, 4, random);
  CHECK(turned(turned(w, 3, 3), 4, 3).values == w.values);
}

TEST_CASE("by columns all three passes give the same numbers") {
  Random random(11);
  const Shape in{3, 7, 9};
  for (const Window& window : {Window{3}, Window{3, 2, 1}, Window{2, 3}}) {
    const Matrix w = he(3 * window.size * window.size, 4, random);
    Conv2d direct(in, window, w);
    ConvByColumns columns(in, window, w);
    for (Conv2d* c : {&direct, static_cast<Conv2d*>(&columns)})
      c->parameters()[1]->value.values = {0.5, -1, 2, 0};
    const Matrix x = noise(2, in.size(), random);
    const Matrix y = direct.forward(x);
    check_same(columns.forward(x), y);
    const Matrix dy = noise(y.rows, y.cols, random);
    check_same(columns.backward(dy), direct.backward(dy));
    direct.accumulate(dy);
    columns.accumulate(dy);
    for (std::size_t p = 0; p < 2; ++p)
      check_same(columns.parameters()[p]->gradient, direct.parameters()[p]->gradient);
  }
}

TEST_CASE("the network starts at the loss of a guesser and learns twenty by heart") {
  Random random(12);
  const Shape image{1, 16, 16};
  Network net = lenet(image, random, 4, 6);
  const Samples twenty = ch04::random_batch(20, image.size(), 10, random);
  const auto losses = ch04::descend(net, twenty, 150, 0.1);
  CHECK(losses[0] == Approx(std::log(10.0)).epsilon(1e-12));
  CHECK(losses.back() < 0.05);
}

TEST_CASE("costs and fields are those of the network") {
  Random random(13);
  Network net = lenet({1, 28, 28}, random);
  std::size_t parameters = 0;
  for (const Stage& s : lenet_stages({1, 28, 28})) parameters += s.parameters;
  CHECK(parameters == ch04::values(net).size());
  const auto stages = lenet_stages({1, 28, 28});
  CHECK(stages[0].products == 86400);
  CHECK(stages[2].products == 64800);
  CHECK(stages[3].field == 12);
}

TEST_CASE("a unit sees the square of pixels that its field says") {
  Random random(14);
  const Shape image{1, 28, 28};
  const Window five{5}, half{2, 2}, three{3};
  const Shape maps = after(image, five, 2), pooled = after(maps, half, 2);
  const Shape last = after(pooled, three, 3);
  Conv2d first = some_conv(image, five, 2, random);
  Conv2d second = some_conv(pooled, three, 3, random);
  const MeanPool pool(maps, half);
  Matrix dy(1, last.size());
  dy(0, last.at(1, 4, 5)) = 1;
  const Matrix dx = first.backward(pool.backward(second.backward(dy)));
  std::size_t top = 28, bottom = 0, left = 28, right = 0;
  for (std::size_t i = 0; i < 28; ++i)
    for (std::size_t j = 0; j < 28; ++j) {
      if (dx(0, image.at(0, i, j)) == 0) continue;
      top = std::min(top, i), bottom = std::max(bottom, i);
      left = std::min(left, j), right = std::max(right, j);
    }
  CHECK(top == 4 * 2);
  CHECK(left == 5 * 2);
  CHECK(bottom - top + 1 == lenet_stages(image)[2].field);
  CHECK(right - left + 1 == lenet_stages(image)[2].field);
}

TEST_CASE("each planted bug is caught by a check and passes another") {
  Random random(15);
  const Shape in{2, 6, 8};
  const Matrix w = he(18, 3, random), x = few_values(3, in.size(), random);
  const Matrix spread = noise(3, in.size(), random);
  const Window window{3, 1, 1}, half{2, 2};
  ConvNotTurned not_turned(in, window, w);
  ConvFromCorner corner(in, window, w);
  ConvLastPlace last(in, window, w);
  MaxPoolToAll to_all(in, half);
  MaxPoolToEqual to_equal(in, half);
  CHECK(two_products(not_turned, x, random) > 1e-3);
  CHECK(two_products(corner, x, random) > 1e-3);
  CHECK(two_products(last, x, random) < 1e-12);
  CHECK_FALSE(check_layer(last, spread, random).passed());
  CHECK(two_products(to_all, x, random) > 1e-3);
  CHECK(check_layer(to_equal, spread, random).passed());
  CHECK(two_products(to_equal, x, random) > 1e-3);
}

TEST_CASE("a picture that is moved loses what leaves the frame") {
  const Shape shape{1, 2, 3};
  Matrix x(1, 6);
  x.values = {1, 2, 3, 4, 5, 6};
  CHECK(shifted(x, shape, 0, 1).values == Flat{0, 1, 2, 0, 4, 5});
  CHECK(shifted(x, shape, -1, 0).values == Flat{4, 5, 6, 0, 0, 0});
  CHECK(shifted(shifted(x, shape, 0, 2), shape, 0, -2).values ==
        Flat{1, 0, 0, 4, 0, 0});
}
