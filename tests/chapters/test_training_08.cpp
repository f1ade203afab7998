// Chapter 8 in training: networks of chapter 4 and expressions of chapter 5 under the
// optimizers, and the noise of mini-batches.
#include <cmath>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/check.h"
#include "05-automatic-differentiation/check.h"
#include "05-automatic-differentiation/networks.h"
#include "08-optimizers/properties.h"
#include "08-optimizers/recipes.h"
#include "08-optimizers/training.h"
#include "tests/catch.h"

using namespace ch08;
using ch01::Random;

TEST_CASE("the noise of a batch shrinks with the root of its size") {
  Random random(5);
  Network network;
  network.add<ch04::Dense>(ch04::xavier(6, 3, random));
  const Samples samples = ch04::random_batch(600, 6, 3, random);
  const double one = gradient_noise(network, samples, 1, 400, random);
  const double sixteen = gradient_noise(network, samples, 16, 400, random);
  CHECK(one / sixteen == Approx(4).epsilon(0.12));
}

TEST_CASE("layers and expressions are trained alike") {
  Random random(7);
  Network network;
  network.add<ch04::Dense>(ch04::he(6, 5, random)).add<ch04::ReLU>();
  network.add<ch04::Dense>(ch04::xavier(5, 3, random));
  const auto layers = network.parameters();
  const ch05::Mlp mlp(layers[0]->value, layers[2]->value);
  Adam first(slots(network), 0.01), second(slots(mlp.parameters()), 0.01);
  for (int s = 0; s < 15; ++s) {
    const Samples batch = ch04::random_batch(9, 6, 3, random);
    ch04::loss_and_gradients(network, batch);
    first.step();
    ch05::zero_gradients(mlp.parameters());
    ch05::backward(ch05::softmax_cross_entropy(mlp.logits(batch.inputs), batch.labels));
    second.step();
  }
  CHECK(largest_difference(ch04::values(network), ch05::values(mlp.parameters())) <
        1e-10);
}

TEST_CASE("a network learns a few samples by heart with every optimizer") {
  const double rates[] = {0.5, 0.1, 0.1, 0.1, 0.01, 0.02};
  const auto all = recipes();
  for (std::size_t r = 0; r < all.size(); ++r) {
    INFO(all[r].name);
    Random random(8);
    Network network;
    network.add<ch04::Dense>(ch04::he(12, 16, random)).add<ch04::ReLU>();
    network.add<ch04::Dense>(Matrix(10, 16));
    const Samples few = ch04::random_batch(20, 12, 10, random);
    const auto optimizer = all[r].make(slots(network), rates[r]);
    const auto losses = train(network, *optimizer, few, 20, 600, random);
    CHECK(losses[0] == Approx(std::log(10.0)).epsilon(1e-12));
    CHECK(losses.back() < 0.05);
  }
}
