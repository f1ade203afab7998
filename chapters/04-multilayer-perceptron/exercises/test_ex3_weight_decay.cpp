#include "ex3_weight_decay.h"

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/hand.h"
#include "tests/catch.h"

TEST_CASE("the penalty of the worked example leaves the biases out") {
  ch04::Network network = ch04::hand_network();
  REQUIRE(ch04::add_weight_decay(network, 0.5) == Approx(0.25 * (4 + 1 + 4)));
  REQUIRE(network.parameters()[1]->gradient.values == std::vector<double>{0, 0});
}

TEST_CASE("loss and penalty together pass the check") {
  ch01::Random random(2);
  ch04::Network network;
  network.add<ch04::Dense>(ch04::xavier(4, 5, random)).add<ch04::Tanh>();
  network.add<ch04::Dense>(ch04::xavier(5, 3, random));
  const ch04::Samples batch = ch04::random_batch(7, 4, 3, random);
  const double loss = ch04::loss_and_gradients(network, batch);
  const double penalty = ch04::add_weight_decay(network, 0.3);
  const auto at = ch04::values(network), analytic = ch04::gradients(network);
  const auto whole = [&](const std::vector<double>& parameters) {
    ch04::set_values(network, parameters);
    return ch02::softmax_cross_entropy(network.forward(batch.inputs), batch.labels) +
           ch04::add_weight_decay(network, 0.3);
  };
  REQUIRE(whole(at) == Approx(loss + penalty));
  REQUIRE(ch03::check_gradient(whole, at, analytic).passed());
}
