// Chapter 5: the worked example, the rule of every operation, the order of the walk back,
// who owns what, both modes against each other, and the planted bugs.
#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/train.h"
#include "05-automatic-differentiation/ball.h"
#include "05-automatic-differentiation/broken.h"
#include "05-automatic-differentiation/check.h"
#include "05-automatic-differentiation/costs.h"
#include "05-automatic-differentiation/hand.h"
#include "05-automatic-differentiation/networks.h"
#include "05-automatic-differentiation/registry.h"
#include "05-automatic-differentiation/twice.h"
#include "tests/catch.h"

using namespace ch05;
using ch01::Random;

namespace {

Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  return ch04::normal(cols, rows, 1, random);
}

Model knot(Random& random) { return model_of(Knot(7, 5, 3, random)); }

double step_error(const Model& model, const Step& take, int steps_before) {
  Random random(4);
  const Samples batch = ch04::random_batch(11, 7, 3, random);
  return check_step(model, batch, take, steps_before).worst_relative_error;
}

}  // namespace

TEST_CASE("the worked example has the numbers of the page") {
  const Hand hand;
  CHECK(number(hand.c) == -6);
  CHECK(number(hand.d) == -4);
  CHECK(number(hand.loss) == 24);
  backward(hand.loss);
  CHECK(slope(hand.loss) == 1);
  CHECK(slope(hand.d) == -6);
  CHECK(slope(hand.c) == -10);
  CHECK(slope(hand.b) == -20);
  CHECK(slope(hand.a) == 24);
}

TEST_CASE("every operation passes the check") {
  Random random(1);
  for (const Case& c : all_operations(random)) {
    INFO(c.name);
    const auto result = check(
        c.x, [&] { return c.f(c.x); }, random);
    CHECK(result.checked == values(c.x).size());
    CHECK(result.kinks == 0);
    CHECK(result.passed());
  }
}

TEST_CASE("the registry names each operation of the chapter") {
  Random random(1);
  std::set<std::string> names;
  for (const Case& c : all_operations(random)) names.insert(c.name);
  for (const char* name :
       {"+", "-", "minus", "*", "/", "sigmoid", "tanh", "relu", "exp", "log", "sqrt",
        "sin", "cos", "matmul", "transpose", "sum", "mean", "softmax_cross_entropy"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
}

TEST_CASE("a network with a layer used twice and a way past it passes the check") {
  Random random(2);
  const Knot network(7, 5, 3, random);
  const Samples batch = ch04::random_batch(11, 7, 3, random);
  const auto loss = [&] {
    return softmax_cross_entropy(network.logits(batch.inputs), batch.labels);
  };
  CHECK(check(network.parameters(), loss, random).passed());
}

TEST_CASE(
    "chapter 4's layer used twice gets a wrong gradient and the expression does not") {
  Random random(5), again(5);
  CHECK(check_used_twice(random).worst_relative_error > 0.1);
  CHECK(check_used_twice_as_expression(again).passed());
}

TEST_CASE("gradients of parameters add up and those in between start afresh") {
  const Hand hand;
  backward(hand.loss);
  backward(hand.loss);
  CHECK(slope(hand.a) == 48);
  CHECK(slope(hand.b) == -40);
  CHECK(slope(hand.c) == -10);
  CHECK(slope(hand.loss) == 1);
  zero_gradients({hand.a, hand.b});
  CHECK(slope(hand.a) == 0);
}

TEST_CASE("a constant gets no gradient and remembers nothing") {
  const Variable x = constant(Matrix(2, 3, 2.0)), p = parameter(3);
  const Variable y = x * x + 1;
  CHECK(y->inputs.empty());
  CHECK_FALSE(y->wanted);
  CHECK_THROWS_AS(backward(sum(y)), std::invalid_argument);
  backward(sum(y * p));
  CHECK(slope(p) == 6 * 5);
  CHECK(x->gradient.values.empty());
}

TEST_CASE("nodes are visited after all that use them") {
  Random random(3);
  const Knot network(4, 3, 2, random);
  const Variable y = network.logits(noise(2, 4, random));
  const std::vector<Node*> nodes = youngest_first(y);
  CHECK(nodes.front() == y.node().get());
  CHECK(nodes.size() == std::set<Node*>(nodes.begin(), nodes.end()).size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const auto& x : nodes[i]->inputs) {
      const auto at = std::find(nodes.begin(), nodes.end(), x.get());
      if (x->wanted) CHECK(at > nodes.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

TEST_CASE("a loss of several numbers needs to be told what it is wanted for") {
  const Variable w = parameter(Matrix(2, 3, 1.0));
  CHECK_THROWS_AS(backward(w * 2), std::invalid_argument);
  backward(w * 2, Matrix(2, 3, 5.0));
  CHECK(w->gradient.values == Flat(6, 10.0));
}

TEST_CASE("shapes that do not fit are refused") {
  const Variable a = parameter(Matrix(2, 3)), b = parameter(Matrix(3, 2));
  CHECK_THROWS_AS(a + b, std::invalid_argument);
  CHECK_THROWS_AS(matmul(a, a), std::invalid_argument);
  CHECK_THROWS_AS(number(a), std::invalid_argument);
  Matrix narrow(2, 1);
  CHECK_THROWS_AS(fold(Matrix(3, 3), narrow), std::invalid_argument);
}

TEST_CASE("a node lives as long as somebody needs it") {
  std::weak_ptr<Node> inner;
  const Variable w = parameter(2);
  Variable y;
  {
    const Variable h = w * w;
    inner = h.node();
    y = h + 1;
  }
  CHECK_FALSE(inner.expired());
  CHECK(inner.use_count() == 1);
  y = Variable();
  CHECK(inner.expired());
  CHECK(w.node().use_count() == 1);
}

TEST_CASE("a chain of a million operations is walked and dies without recursion") {
  const Variable x = parameter(1);
  {
    const Variable y = chain(x, 1000000);
    backward(y);
    CHECK(number(y) == Approx(std::exp(1.0)).epsilon(1e-5));
    CHECK(slope(x) == Approx(number(y)).epsilon(1e-9));
  }
  CHECK(x.node().use_count() == 1);
}

TEST_CASE("walking path by path visits twice as many nodes with each doubling") {
  Variable y = parameter(1);
  for (int i = 0; i < 10; ++i) y = y + y;
  CHECK(visits_by_path(*y.node()) == 2047);
  CHECK(reachable(y).size() == 11);
  const Variable x = parameter(1);
  Variable z = x;
  for (int i = 0; i < 60; ++i) z = z + z;
  backward(z);
  CHECK(slope(x) == std::pow(2.0, 60));
}

TEST_CASE("forward and reverse mode agree on every slope") {
  Random random(6);
  for (const auto& [n, m] :
       {std::pair<std::size_t, std::size_t>{5, 3}, {1, 7}, {7, 1}}) {
    const Matrix w = noise(m, n, random);
    const Flat at = noise(1, n, random).values;
    const Matrix forward = jacobian_forward(w, at), reverse = jacobian_reverse(w, at);
    for (std::size_t i = 0; i < m * n; ++i) {
      CHECK(forward.values[i] == Approx(reverse.values[i]).epsilon(1e-12));
    }
  }
}

TEST_CASE("the thrown ball has the same slopes by dual numbers and by graph") {
  const Variable angle = parameter(0.8), speed = parameter(18), drag = parameter(0.02);
  const Variable end = fly<Variable>(angle, speed, drag).back().x;
  backward(end);
  using D = Dual<double>;
  CHECK(fly<D>(D(0.8, 1), D(18), D(0.02)).back().x.slope ==
        Approx(slope(angle)).epsilon(1e-10));
  CHECK(fly<D>(D(0.8), D(18, 1), D(0.02)).back().x.slope ==
        Approx(slope(speed)).epsilon(1e-10));
  CHECK(fly<D>(D(0.8), D(18), D(0.02, 1)).back().x.slope ==
        Approx(slope(drag)).epsilon(1e-10));
  const auto measured = ch03::check_gradient(
      [](const Flat& p) { return fly<double>(p[0], p[1], p[2]).back().x; },
      {0.8, 18, 0.02}, {slope(angle), slope(speed), slope(drag)});
  CHECK(measured.passed());
}

TEST_CASE("dual numbers know the quotient and the square root") {
  using D = Dual<double>;
  const D y = sqrt(D(4, 1)) / D(4, 1) - D(3) * D(4, 1);
  CHECK(y.value == 0.5 - 12);
  CHECK(y.slope == Approx(0.25 / 4 - 2.0 / 16 - 3).epsilon(1e-14));
  CHECK(cos(D(0.5, 1)).slope == Approx(-std::sin(0.5)).epsilon(1e-14));
}

TEST_CASE("a throw that is aimed hits the target") {
  Throw now{0.5, 15};
  for (int i = 0; i < 6; ++i) now = aim_better(now, {20, 5}, 0.02);
  const Position<double> end = fly<double>(now.angle, now.speed, 0.02).back();
  CHECK(end.x == Approx(20).epsilon(1e-9));
  CHECK(end.y == Approx(5).epsilon(1e-9));
}

TEST_CASE("chapter 4's network and the expression learn in step") {
  Random random(7);
  ch04::Network network;
  network.add<ch04::Dense>(ch04::he(6, 5, random)).add<ch04::ReLU>();
  network.add<ch04::Dense>(ch04::xavier(5, 3, random));
  const auto layers = network.parameters();
  const Mlp mlp(layers[0]->value, layers[2]->value);
  const Model model = model_of(mlp);
  for (int s = 0; s < 20; ++s) {
    const Samples batch = ch04::random_batch(9, 6, 3, random);
    const double theirs = ch04::loss_and_gradients(network, batch);
    const Variable loss = model.loss(batch);
    CHECK(number(loss) == Approx(theirs).epsilon(1e-12));
    zero_gradients(model.parameters);
    backward(loss);
    for (std::size_t p = 0; p < layers.size(); ++p) {
      for (std::size_t i = 0; i < layers[p]->gradient.values.size(); ++i) {
        CHECK(model.parameters[p]->gradient.values[i] ==
              Approx(layers[p]->gradient.values[i]).epsilon(1e-10).margin(1e-13));
      }
    }
    network.step(0.1);
    step(model.parameters, 0.1);
  }
}

TEST_CASE("the check of a step passes the right one and catches the planted bugs") {
  Random random(8);
  const Model model = knot(random);
  const auto with = [](Backward walk) {
    return [walk](const Model& m, const Samples& batch, double rate) {
      return take_step(m, batch, rate, walk);
    };
  };
  CHECK(step_error(model, with(backward), 1) < 1e-6);
  CHECK(step_error(model, with(backward_assigning), 1) > 1e-3);
  CHECK(step_error(model, with(backward_depth_first), 1) > 1e-3);
  CHECK(step_error(model, step_between, 1) > 1e-3);
  zero_gradients(model.parameters);
  CHECK(step_error(model, step_without_zeroing, 0) < 1e-6);
  CHECK(step_error(model, step_without_zeroing, 1) > 1e-3);
}

TEST_CASE("the graph of one step is as large as the page says") {
  Random random(9);
  const Mlp mlp(ch04::he(784, 128, random), ch04::xavier(128, 10, random));
  const Variable loss =
      softmax_cross_entropy(mlp.logits(Matrix(32, 784)), std::vector<int>(32, 3));
  const Size size = size_of(loss);
  CHECK(size.nodes == 13);
  CHECK(size.values == 2 * 101632 + 138 + 32 * (784 + 3 * 128 + 2 * 10) + 1);
}
