// Chapter 4: every derivative by finite differences, the worked example, the starts,
// and that what should train does.
#include <algorithm>
#include <cmath>
#include <functional>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/digits.h"
#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/broken.h"
#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/depth.h"
#include "04-multilayer-perceptron/hand.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/train.h"
#include "tests/catch.h"

using namespace ch04;
using ch01::Random;
using Flat = std::vector<double>;

namespace {

Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  return normal(cols, rows, 1, random);
}

Matrix with_values(Matrix m, const Flat& flat) {
  m.values = flat;
  return m;
}

// dL/dx of one layer against finite differences, L being a random projection of y.
ch03::CheckResult check_input(Layer& layer, const Matrix& x, Random& random) {
  const Matrix y = layer.forward(x);
  const Flat weights = ch03::random_projection(y.values.size(), random);
  const Matrix dx = layer.backward(with_values(y, weights));
  REQUIRE(dx.rows == x.rows);
  REQUIRE(dx.cols == x.cols);
  const auto loss = [&](const Flat& at) {
    return ch03::project(weights, layer.forward(with_values(x, at)).values);
  };
  return ch03::check_gradient(loss, x.values, dx.values);
}

// dL/dparameters likewise.
ch03::CheckResult check_parameters(Network& network, const Matrix& x, Random& random) {
  const Matrix y = network.forward(x);
  const Flat weights = ch03::random_projection(y.values.size(), random);
  network.zero_gradients();
  network.backward(with_values(y, weights));
  const auto loss = [&](const Flat& at) {
    set_values(network, at);
    return ch03::project(weights, network.forward(x).values);
  };
  return ch03::check_gradient(loss, values(network), gradients(network));
}

Samples digits(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  const ch02::Images images = ch02::draw_digits(count, random);
  return {ch02::as_rows(images), images.labels};
}

Network tanh_network(Matrix first, Matrix second) {
  Network network;
  network.add<Dense>(std::move(first)).add<Tanh>().add<Dense>(std::move(second));
  return network;
}

double largest_difference(const Flat& a, const Flat& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

}  // namespace

TEST_CASE("the worked example: every number of the page", "[hand]") {
  Network network = hand_network();
  const Samples points = exclusive_or();
  Matrix dy;
  const Matrix y = network.forward(points.inputs);
  CHECK(y.values == Flat{0, 0.5, 0.5, 0.5});
  CHECK(half_mean_square(y, points.labels, &dy) == 0.09375);
  CHECK(dy.values == Flat{0, -0.125, -0.125, 0.125});
  network.backward(dy);
  const auto p = network.parameters();
  REQUIRE(p.size() == 4);
  CHECK(p[0]->gradient.values == Flat{0, 0, -0.25, -0.25});
  CHECK(p[1]->gradient.values == Flat{-0.125, -0.25});
  CHECK(p[2]->gradient.values == Flat{0.0625, 0.0625});
  CHECK(p[3]->gradient.values == Flat{-0.125});
}

TEST_CASE("the weights 2 and -6 compute exclusive or", "[hand]") {
  Network network = hand_network();
  network.parameters()[2]->value.values = {2, -6};
  CHECK(network.forward(exclusive_or().inputs).values == Flat{0, 1, 1, 0});
}

TEST_CASE("the transposed product adds what transpose and multiply give",
          "[products]") {
  Random random(1);
  const Matrix a = noise(5, 3, random), b = noise(5, 7, random);
  Matrix c(3, 7, 2.0);
  add_transposed_product(a, b, c);
  const Matrix expected = ch01::multiply(ch01::transpose(a), b);
  for (std::size_t i = 0; i < c.values.size(); ++i) {
    CHECK(c.values[i] == Approx(expected.values[i] + 2));
  }
  CHECK_THROWS_AS(add_transposed_product(noise(4, 3, random), b, c),
                  std::invalid_argument);
}

TEST_CASE("a dense layer hands down the right gradient", "[layers]") {
  Random random(2);
  Dense dense(noise(5, 3, random));
  CHECK(check_input(dense, noise(4, 3, random), random).passed());
  CHECK_THROWS_AS(dense.forward(noise(4, 5, random)), std::invalid_argument);
}

TEST_CASE("a dense layer gathers the right gradients", "[layers]") {
  Random random(3);
  Network network;
  network.add<Dense>(noise(5, 3, random));
  const auto result = check_parameters(network, noise(4, 3, random), random);
  CHECK(result.checked == 5 * 3 + 5);
  CHECK(result.passed());
}

TEST_CASE("each activation hands down the right gradient", "[layers]") {
  Random random(4);
  Sigmoid sigmoid;
  Tanh tanh;
  ReLU relu;
  CHECK(check_input(sigmoid, noise(3, 7, random), random).passed());
  CHECK(check_input(tanh, noise(3, 7, random), random).passed());
  const auto result = check_input(relu, noise(3, 7, random), random);
  CHECK(result.passed());
  CHECK(result.kinks == 0);
  CHECK_THROWS_AS(relu.backward(noise(7, 3, random)), std::invalid_argument);
}

TEST_CASE("activations hold at the ends of the number line", "[layers]") {
  Matrix ends(1, 2);
  ends.values = {-800, 800};
  CHECK(Sigmoid().forward(ends).values == Flat{0, 1});
  CHECK(Tanh().forward(ends).values == Flat{-1, 1});
  CHECK(ReLU().forward(ends).values == Flat{0, 800});
}

TEST_CASE("a whole network of awkward shapes passes the check", "[network]") {
  Random random(5);
  Network network;
  network.add<Dense>(xavier(7, 5, random)).add<Tanh>();
  network.add<Dense>(he(5, 6, random)).add<ReLU>();
  network.add<Dense>(xavier(6, 4, random)).add<Sigmoid>();
  network.add<Dense>(xavier(4, 3, random));
  const auto result = check(network, random_batch(11, 7, 3, random));
  CHECK(result.checked == 7 * 5 + 5 + 5 * 6 + 6 + 6 * 4 + 4 + 4 * 3 + 3);
  CHECK(result.passed());
}

TEST_CASE("gradients add until they are cleared", "[network]") {
  Random random(6);
  Network network = tanh_network(xavier(3, 4, random), xavier(4, 2, random));
  const Samples batch = random_batch(5, 3, 2, random);
  loss_and_gradients(network, batch);
  const Flat once = gradients(network);
  add_gradients(network, batch);
  Flat twice = gradients(network);
  for (double& g : twice) g /= 2;
  CHECK(largest_difference(once, twice) < 1e-15);
  add_in_halves(network, batch);
  CHECK(largest_difference(once, gradients(network)) < 1e-15);
  network.zero_gradients();
  CHECK(gradients(network) == Flat(once.size(), 0.0));
}

TEST_CASE("parameters go out as one list and come back", "[network]") {
  Random random(7);
  Network network = tanh_network(xavier(3, 4, random), xavier(4, 2, random));
  Flat flat(3 * 4 + 4 + 4 * 2 + 2);
  for (double& v : flat) v = random.normal();
  set_values(network, flat);
  CHECK(values(network) == flat);
  flat.push_back(0);
  CHECK_THROWS_AS(set_values(network, flat), std::invalid_argument);
}

TEST_CASE("a step lowers the loss by rate times the squared gradient", "[network]") {
  Random random(8);
  Network network = tanh_network(xavier(3, 4, random), xavier(4, 2, random));
  const Samples batch = random_batch(6, 3, 2, random);
  const double before = loss_and_gradients(network, batch);
  double squared = 0;
  for (double g : gradients(network)) squared += g * g;
  network.step(1e-5);
  const double after = loss_and_gradients(network, batch);
  CHECK((before - after) / (1e-5 * squared) == Approx(1).epsilon(1e-3));
}

TEST_CASE("one dense layer cannot do better than ln 2 on exclusive or", "[xor]") {
  Random random(9);
  Network network;
  network.add<Dense>(noise(2, 2, random));
  const double loss = descend(network, exclusive_or(), 3000, 0.5).back();
  CHECK(loss >= std::log(2.0));
  CHECK(loss < std::log(2.0) + 1e-3);
}

TEST_CASE("two layers learn exclusive or", "[xor]") {
  Random random(4);
  Network network = tanh_network(xavier(2, 4, random), xavier(4, 2, random));
  CHECK(descend(network, exclusive_or(), 3000, 0.5).back() < 0.01);
  CHECK(accuracy(network, exclusive_or()) == 1);
}

TEST_CASE("from zero nothing moves and from equal weights units stay equal",
          "[start]") {
  Network zero = tanh_network(Matrix(4, 2), Matrix(2, 4));
  descend(zero, exclusive_or(), 100, 0.5);
  CHECK(values(zero) == Flat(values(zero).size(), 0.0));

  Matrix out(2, 4, 0.5);
  for (std::size_t j = 0; j < 4; ++j) out(1, j) = -0.5;
  Network same = tanh_network(Matrix(4, 2, 0.5), out);
  descend(same, exclusive_or(), 100, 0.5);
  const Matrix& weights = same.parameters()[0]->value;
  CHECK(weights(0, 0) != 0.5);  // they did move
  for (std::size_t j = 1; j < 4; ++j) {
    CHECK(weights(j, 0) == weights(0, 0));
    CHECK(weights(j, 1) == weights(0, 1));
  }
}

TEST_CASE("initial weights have the deviation that was derived", "[start]") {
  Random random(10);
  CHECK(root_mean_square(xavier(300, 100, random)) ==
        Approx(std::sqrt(2.0 / 400)).epsilon(0.02));
  CHECK(root_mean_square(he(300, 100, random)) ==
        Approx(std::sqrt(2.0 / 300)).epsilon(0.02));
  const Matrix weights = he(3, 5, random);
  CHECK(weights.rows == 5);
  CHECK(weights.cols == 3);
}

TEST_CASE("signals keep their size through ten layers of He and ReLU", "[start]") {
  Random random(11);
  Matrix x = noise(200, 100, random);
  for (int l = 0; l < 10; ++l) {
    x = Dense(he(100, 100, random)).forward(x);
    CHECK(root_mean_square(x) > 0.7);
    CHECK(root_mean_square(x) < 2.5);
    x = ReLU().forward(x);
  }
}

TEST_CASE("the sigmoid shrinks the gradient by four a layer", "[depth]") {
  Random random(12);
  const Samples batch = digits(64, 12);
  Network sigmoid = deep<Sigmoid>(false, random), relu = deep<ReLU>(true, random);
  const Flat shrunk = delta_sizes(sigmoid, batch), kept = delta_sizes(relu, batch);
  REQUIRE(shrunk.size() == 10);
  CHECK(std::pow(shrunk[0] / shrunk[8], 1.0 / 8) == Approx(0.25).margin(0.03));
  CHECK(std::pow(kept[0] / kept[8], 1.0 / 8) == Approx(1).margin(0.15));
}

TEST_CASE("a batch is the samples that the order names", "[train]") {
  const Samples points = exclusive_or();
  const Samples batch = gather(points, {3, 1, 2, 0}, 1, 3);
  CHECK(batch.inputs.values == Flat{0, 1, 1, 0});
  CHECK(batch.labels == std::vector<int>{1, 1});
}

TEST_CASE("an epoch visits every sample and ends with what is left", "[train]") {
  Random random(13);
  Network network = tanh_network(xavier(2, 4, random), xavier(4, 2, random));
  const Samples samples = random_batch(10, 2, 2, random);
  CHECK(train_epoch(network, samples, in_order(10), 4, 0.0).size() == 3);
  const Flat losses = train_epoch(network, samples, in_order(10), 10, 0.0);
  REQUIRE(losses.size() == 1);
  CHECK(losses[0] == Approx(loss_and_gradients(network, samples)));
  CHECK_THROWS_AS(train_epoch(network, samples, in_order(10), 0, 0.1),
                  std::invalid_argument);
}

TEST_CASE("the first loss of ten classes is ln 10", "[train]") {
  Random random(14);
  Network network;
  network.add<Dense>(he(784, 32, random)).add<ReLU>().add<Dense>(Matrix(10, 32));
  CHECK(loss_and_gradients(network, digits(30, 14)) == Approx(std::log(10.0)));
}

TEST_CASE("twenty images are learned by heart", "[train]") {
  Random random(15);
  Network network;
  network.add<Dense>(he(784, 32, random)).add<ReLU>().add<Dense>(Matrix(10, 32));
  const Samples twenty = digits(20, 15);
  CHECK(descend(network, twenty, 600, 0.1).back() < 0.01);
  CHECK(accuracy(network, twenty) == 1);
}

TEST_CASE("two hidden layers learn spirals that one layer cannot", "[train]") {
  Random random(16);
  const Samples arms = spirals(3, 60, 0.02, random);
  Network network, linear;
  network.add<Dense>(he(2, 32, random)).add<ReLU>();
  network.add<Dense>(he(32, 32, random)).add<ReLU>().add<Dense>(he(32, 3, random));
  linear.add<Dense>(noise(3, 2, random));
  std::vector<std::size_t> order = in_order(arms.count());
  for (int epoch = 0; epoch < 150; ++epoch) {
    random.shuffle(order);
    train_epoch(network, arms, order, 16, 0.1);
  }
  descend(linear, arms, 1000, 0.5);
  CHECK(accuracy(network, arms) > 0.98);
  CHECK(accuracy(linear, arms) < 0.6);
}

TEST_CASE("each planted bug is found by the check", "[broken]") {
  Random random(17);
  const Samples batch = random_batch(11, 6, 3, random);
  const auto passes = [&](auto&& add_hidden) {
    Network network;
    network.add<Dense>(he(6, 5, random)).add<Tanh>();
    add_hidden(network);
    network.add<Dense>(he(5, 3, random));
    return check(network, batch).passed();
  };
  const Matrix square = he(5, 5, random);
  const auto with_relu = [&](auto dense) {
    return [&, dense](Network& n) { dense(n).template add<ReLU>(); };
  };
  CHECK(
      passes(with_relu([&](Network& n) -> Network& { return n.add<Dense>(square); })));
  CHECK_FALSE(passes(with_relu(
      [&](Network& n) -> Network& { return n.add<DenseTransposed>(square); })));
  CHECK_FALSE(passes(with_relu(
      [&](Network& n) -> Network& { return n.add<DenseAssigning>(square); })));
  CHECK_FALSE(passes(with_relu(
      [&](Network& n) -> Network& { return n.add<DenseWithLastBias>(square); })));
  CHECK_FALSE(passes(with_relu(
      [&](Network& n) -> Network& { return n.add<DenseInHaste>(square, 0.01); })));
  CHECK_FALSE(
      passes([&](Network& n) { n.add<Dense>(square).template add<OpenReLU>(); }));
}
