// Chapter 9: the layers that normalise and drop, their gradients and what must hold of
// them, schedules, early stopping, the search, and the planted bugs.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "06-convolutional-networks/check.h"
#include "09-training-well/broken.h"
#include "09-training-well/hand.h"
#include "09-training-well/properties.h"
#include "09-training-well/schedules.h"
#include "09-training-well/search.h"
#include "09-training-well/still.h"
#include "09-training-well/training.h"
#include "tests/catch.h"

using namespace ch09;

namespace {

void fill(ch04::Layer& layer, Random& random) {
  for (Parameter* p : layer.parameters())
    p->value = ch04::normal(p->value.cols, p->value.rows, 1, random);
}

// Classes that lie apart, so that there is something to learn.
Samples clouds(std::size_t count, Random& random) {
  Samples samples = ch04::random_batch(count, 6, 3, random);
  for (std::size_t i = 0; i < count; ++i)
    samples.inputs(i, static_cast<std::size_t>(samples.labels[i])) += 2;
  return samples;
}

Network normalised(Random& random) {
  Network network;
  network.add<Dense>(ch04::he(6, 8, random)).add<BatchNorm>(8).add<ReLU>();
  network.add<Dropout>(0.2, 3u);
  network.add<Dense>(ch04::he(8, 3, random));
  return network;
}

}  // namespace

TEST_CASE("the numbers worked out by hand") {
  const Hand hand;
  BatchNorm norm = Hand::layer();
  const Matrix y = norm.forward(hand.x), dx = norm.backward(hand.dy);
  norm.accumulate(hand.dy);
  const Vector expected_y = {-5, 1, 1, 3}, ninths = {-4, -10, 26, -12};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(y.values[i] == Approx(expected_y[i]).epsilon(1e-5));
    CHECK(9 * dx.values[i] == Approx(ninths[i]).epsilon(1e-4));
  }
  CHECK(norm.parameters()[0]->gradient(0, 0) == Approx(4.0 / 3).epsilon(1e-5));
  CHECK(norm.parameters()[1]->gradient(0, 0) == Approx(4));
  CHECK((*norm.buffers()[0])(0, 0) == Approx(0.6));
  CHECK((*norm.buffers()[1])(0, 0) == Approx(0.9 + 0.1 * 12));
}

TEST_CASE("every gradient of batch normalisation passes") {
  Random random(1);
  const Matrix x = ch04::normal(7, 5, 2, random),
               images = ch04::normal(12, 3, 2, random);
  BatchNorm norm(7), planes(3, 4);
  fill(norm, random);
  fill(planes, random);
  CHECK(ch06::check_layer(norm, x, random).passed());
  CHECK(ch06::check_layer(planes, images, random).passed());
  norm.training = planes.training = false;
  for (ch04::Layer* layer : {(ch04::Layer*)&norm, (ch04::Layer*)&planes})
    for (Parameter* p : layer->parameters())
      p->gradient = Matrix(1, p->value.cols);  // the check adds to what is there
  CHECK(ch06::check_layer(norm, x, random).passed());
  CHECK(ch06::check_layer(planes, images, random).passed());
}

TEST_CASE("layer normalisation brings each row to mean zero and passes the check") {
  Random random(2);
  LayerNorm norm(9);
  const Matrix y = norm.forward(ch04::normal(9, 4, 5, random));
  for (std::size_t i = 0; i < 4; ++i) {
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < 9; ++j) {
      mean += y(i, j) / 9;
      square += y(i, j) * y(i, j) / 9;
    }
    CHECK(mean == Approx(0).margin(1e-12));
    CHECK(square == Approx(1).epsilon(1e-4));
  }
  fill(norm, random);
  CHECK(ch06::check_layer(norm, ch04::normal(9, 4, 2, random), random).passed());
}

TEST_CASE("layer normalisation is batch normalisation of the transposed") {
  Random random(3);
  const Matrix x = ch04::normal(6, 4, 2, random), dy = ch04::normal(6, 4, 1, random);
  LayerNorm rows(6);
  BatchNorm columns(4);
  const Matrix y = rows.forward(x), other = columns.forward(ch01::transpose(x));
  CHECK(apart(y, ch01::transpose(other)) < 1e-14);
  CHECK(apart(rows.backward(dy),
              ch01::transpose(columns.backward(ch01::transpose(dy)))) < 1e-14);
}

TEST_CASE("an image's plane is normalised as one column of all its pixels") {
  Random random(4);
  const Matrix x = ch04::normal(2 * 3, 4, 2, random);  // two planes of three pixels
  Matrix column(12, 2);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t p = 0; p < 3; ++p) column(3 * i + p, c) = x(i, 3 * c + p);
  BatchNorm planes(2, 3), dense(2);
  const Matrix y = planes.forward(x), other = dense.forward(column);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t p = 0; p < 3; ++p)
        CHECK(y(i, 3 * c + p) == Approx(other(3 * i + p, c)).epsilon(1e-12));
}

TEST_CASE("what must hold of batch normalisation holds") {
  Random random(5);
  BatchNorm norm(5), other(5);
  CHECK(off_standard(norm, 5, random) < 1e-5);
  CHECK(off_balance(other, 5, random) < 1e-3);
  CHECK(off_when_stretched(random) < 1e-3);
}

TEST_CASE("the running statistics become those of all samples") {
  Random random(6);
  BatchNorm norm(3);
  double mean = 0, variance = 0;
  for (int batch = 0; batch < 4000; ++batch) {
    Matrix x = ch04::normal(3, 4, 2, random);
    for (double& v : x.values) v += 7;
    norm.forward(x);
    for (std::size_t c = 0; c < 3 && batch >= 100; ++c) {
      mean += (*norm.buffers()[0])(0, c) / (3 * 3900);
      variance += (*norm.buffers()[1])(0, c) / (3 * 3900);
    }
  }
  CHECK(mean == Approx(7).epsilon(0.01));
  CHECK(variance == Approx(4).epsilon(0.05));
}

TEST_CASE("one number has no variance and is refused in training only") {
  BatchNorm norm(2), planes(2, 4);
  CHECK_THROWS_AS(norm.forward(Matrix(1, 2)), std::invalid_argument);
  CHECK_NOTHROW(planes.forward(Matrix(1, 8)));
  norm.training = false;
  CHECK_NOTHROW(norm.forward(Matrix(1, 2)));
  CHECK_THROWS_AS(norm.forward(Matrix(3, 4)), std::invalid_argument);
}

TEST_CASE("dropout keeps the mean and its way back has the same mask") {
  Random random(7);
  CHECK(off_in_the_mean(random) < 0.02);
  Dropout dropout(0.25, 2);
  const Matrix ones(40, 50, 1.0);
  const Matrix y = dropout.forward(ones), dx = dropout.backward(ones);
  CHECK(apart(y, dx) == 0);
  double silent = 0;
  for (double v : y.values) {
    CHECK((v == 0 || v == 1 / 0.75));
    silent += v == 0;
  }
  CHECK(silent / 2000 == Approx(0.25).margin(0.03));
  HeldDropout held(0.4, 3, 5, 7);
  CHECK(ch06::check_layer(held, ch04::normal(7, 5, 1, random), random).passed());
  CHECK_THROWS_AS(Dropout(1.0, 1), std::invalid_argument);
  CHECK_THROWS_AS(Dropout(-0.1, 1), std::invalid_argument);
}

TEST_CASE("in evaluation every answer is for one sample alone") {
  Random random(8);
  Network network = normalised(random);
  for (int batch = 0; batch < 5; ++batch)
    network.forward(ch04::normal(6, 20, 2, random));
  const Matrix x = ch04::normal(6, 8, 1, random);
  CHECK(off_alone(network, x) < 1e-12);
  CHECK(apart(network.forward(x), network.forward(x)) > 0.01);  // in training again
}

TEST_CASE("a network with batch normalisation passes the check in one piece only") {
  Random random(9);
  Network network;
  network.add<Dense>(ch04::he(6, 5, random)).add<BatchNorm>(5).add<ch04::Tanh>();
  network.add<Dense>(ch04::he(5, 3, random));
  const Samples samples = ch04::random_batch(8, 6, 3, random);
  CHECK(check_whole(network, samples).passed());
  CHECK_FALSE(ch04::check(network, samples).passed());
}

TEST_CASE("the schedules are their formulas") {
  const Schedule stair = stairs(10, 0.1), wave = cosine(100, 0.2);
  CHECK(constant()(1000) == 1);
  for (int t : {0, 9}) CHECK(stair(t) == 1);
  for (int t : {10, 19}) CHECK(stair(t) == Approx(0.1));
  CHECK(stair(20) == Approx(0.01));
  CHECK(wave(0) == Approx(1));
  CHECK(wave(50) == Approx(0.6));
  CHECK(wave(100) == Approx(0.2));
  CHECK(wave(500) == Approx(0.2));
  const Schedule warm = warmed_up(4, wave);
  for (int t = 0; t < 4; ++t) CHECK(warm(t) == Approx((t + 1) / 5.0));
  CHECK(warm(4) == Approx(1));
  CHECK(warm(54) == Approx(0.6));
}

TEST_CASE("the best network is kept with all that belongs to it") {
  Random random(10);
  Network network = normalised(random);
  Keeper keeper(3);
  std::vector<Matrix> best;
  const double losses[] = {2, 1, 1.5, 1.2, 1.1};
  for (int epoch = 0; epoch < 5; ++epoch) {
    for (Parameter* p : network.parameters())
      for (double& w : p->value.values) w += 0.1;
    network.forward(ch04::normal(6, 9, 1, random));
    CHECK(keeper.enough(network, losses[epoch]) == (epoch == 4));
    if (epoch != 1) continue;
    for (const Matrix* m : state(network)) best.push_back(*m);
  }
  CHECK(keeper.best_epoch() == 2);
  keeper.restore(network);
  // Two dense layers and a norm with two arrays each, and two running statistics.
  REQUIRE(best.size() == 8);
  std::vector<const Matrix*> now;
  for (Parameter* p : network.parameters()) now.push_back(&p->value);
  for (Matrix* m : dynamic_cast<BatchNorm&>(network.layer(1)).buffers())
    now.push_back(m);
  for (std::size_t k = 0; k < 8; ++k) CHECK(apart(*now[k], best[k]) == 0);
}

TEST_CASE("training stops by the held-back loss and is the same each time") {
  Random data(11);
  const Samples train = clouds(60, data), held_back = clouds(60, data);
  Plan plan;
  plan.epochs = 60;
  plan.batch = 20;
  plan.rate = 0.05;
  plan.patience = 5;
  const auto run = [&] {
    Random random(1);
    Network network = normalised(random);
    const History history = fit(network, plan, train, held_back, random);
    CHECK(history.held_back.size() < 60);
    const Score kept = judge(network, held_back);
    for (const Score& s : history.held_back) CHECK(kept.loss <= s.loss + 1e-12);
    CHECK(history.best_epoch + 5 == static_cast<int>(history.held_back.size()));
    return ch04::values(network);
  };
  CHECK(run() == run());
}

TEST_CASE("without early stopping the weights know nothing of the held-back samples") {
  Random data(12);
  const Samples train = clouds(40, data), some = clouds(30, data);
  Samples others = some;
  for (double& v : others.inputs.values) v = -3 * v;
  const auto run = [&](const Samples& held_back) {
    Random random(2);
    Network network = normalised(random);
    Plan plan;
    plan.epochs = 5;
    fit(network, plan, train, held_back, random);
    return ch04::values(network);
  };
  CHECK(run(some) == run(others));
}

TEST_CASE("a grid stands in the middle of its squares on a logarithmic scale") {
  const auto trials = grid({1e-4, 1}, {1e-2, 1}, 2);
  REQUIRE(trials.size() == 4);
  CHECK(trials[0].rate == Approx(1e-3));
  CHECK(trials[1].rate == Approx(1e-1));
  CHECK(trials[0].decay == Approx(std::pow(10, -1.5)));
  CHECK(trials[2].decay == Approx(std::pow(10, -0.5)));
}

TEST_CASE("trials at random are spread evenly over the powers of ten") {
  Random random(13);
  const auto trials = at_random({1e-4, 1}, {1e-2, 1}, 4000, random);
  for (double low : {1e-4, 1e-3, 1e-2, 1e-1}) {
    const auto inside = std::count_if(
        trials.begin(), trials.end(),
        [&](const Trial& t) { return t.rate >= low && t.rate < 10 * low; });
    CHECK(static_cast<double>(inside) == Approx(1000).margin(120));
  }
}

TEST_CASE("the best of many equals seems better than all of them are") {
  Random random(14);
  double one = 0, many = 0;
  for (int r = 0; r < 300; ++r) {
    one += best_by_chance(0.75, 400, 1, random) / 300;
    many += best_by_chance(0.75, 400, 30, random) / 300;
  }
  const double sigma = std::sqrt(0.75 * 0.25 / 400);
  CHECK(one == Approx(0.75).margin(0.005));
  CHECK(many > 0.75 + 1.5 * sigma);
  CHECK(many < 0.75 + sigma * std::sqrt(2 * std::log(30.0)));
}

TEST_CASE("each planted bug fails its checks and the right one none") {
  const auto failed = [](Bug bug) {
    Random random(15);
    std::string which;
    SuspectNorm a(5, bug), b(5, bug), c(5, bug);
    if (!ch06::check_layer(a, ch04::normal(5, 7, 1, random), random).passed())
      which += " gradient";
    if (off_standard(b, 5, random) > 1e-4) which += " standard";
    if (off_balance(c, 5, random) > 1e-2) which += " balance";
    Network network = suspect(6, 8, bug, random);
    network.parameters().at(8)->value = ch04::normal(8, 10, 1, random);
    for (int batch = 0; batch < 5; ++batch)
      network.forward(ch04::normal(6, 20, 2, random));
    if (off_alone(network, ch04::normal(6, 8, 1, random)) > 1e-6) which += " alone";
    return which;
  };
  CHECK(failed(Bug::kNone).empty());
  // Its statistics move from one evaluation to the next: to the check, kinks everywhere.
  CHECK(failed(Bug::kRunningInTraining) == " gradient standard balance");
  CHECK(failed(Bug::kBatchInTest) == " alone");
  CHECK(failed(Bug::kForgotten) == " gradient balance");
  CHECK(failed(Bug::kNoisy) == " alone");
}
