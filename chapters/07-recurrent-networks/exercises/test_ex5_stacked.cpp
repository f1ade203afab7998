#include "ex5_stacked.h"

#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/lstm.h"
#include "tests/catch.h"

using namespace ch07;

TEST_CASE("two layers pass the check") {
  Random random(5);
  Stacked<LstmCell> layers(2, 3, random);
  Sequence xs;
  for (int t = 0; t < 4; ++t) xs.push_back(noise(2, 2, random));
  const Sequence out = layers.forward(xs);
  REQUIRE(out.size() == 4);
  REQUIRE(out[0].cols == 3);
  const Flat weights = ch03::random_projection(4 * 2 * 3, random);
  Sequence dhs(4, Matrix(2, 3));
  auto from = weights.begin();
  for (Matrix& m : dhs) {
    for (double& v : m.values) v = *from++;
  }
  const Sequence dxs = layers.backward(dhs);
  const auto parameters = layers.parameters();
  const auto project = [&](const Sequence& hs) {
    Flat all;
    for (const Matrix& h : hs) all.insert(all.end(), h.values.begin(), h.values.end());
    return ch03::project(weights, all);
  };
  const Flat at = values(parameters), analytic = gradients(parameters);
  const auto loss = [&](const Flat& moved) {
    set_values(parameters, moved);
    return project(layers.forward(xs));
  };
  REQUIRE(ch03::check_gradient(loss, at, analytic).passed());
  set_values(parameters, at);
  const auto by_input = [&](const Flat& x) {
    Sequence moved = xs;
    moved[1].values = x;
    return project(layers.forward(moved));
  };
  REQUIRE(ch03::check_gradient(by_input, xs[1].values, dxs[1].values).passed());
}
