#include "ex2_last_state.h"

#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/gru.h"
#include "tests/catch.h"

using namespace ch07;

namespace {

struct Padded {
  Random random{3};
  Recurrent<GruCell> cells{2, 3, random};
  std::vector<std::size_t> lengths = {2, 5, 1};
  Sequence xs;

  Padded() {
    for (int t = 0; t < 5; ++t) xs.push_back(noise(3, 2, random));
  }
};

}  // namespace

TEST_CASE("each sequence answers with its own last state") {
  const Padded p;
  const Run run = p.cells.forward(p.xs, zero_state(3, 3));
  const Matrix last = last_states(run, p.lengths);
  for (std::size_t j = 0; j < 3; ++j) {
    REQUIRE(last(0, j) == run[1].after.h(0, j));
    REQUIRE(last(1, j) == run[4].after.h(1, j));
    REQUIRE(last(2, j) == run[0].after.h(2, j));
  }
}

TEST_CASE("slopes of last states pass the check") {
  Padded p;
  const Flat weights = ch03::random_projection(9, p.random);
  Matrix dlast(3, 3);
  dlast.values = weights;
  const Run run = p.cells.forward(p.xs, zero_state(3, 3));
  State d = zero_state(3, 3);
  p.cells.backward(run, last_states_backward(run, p.lengths, dlast), d);
  const auto parameters = p.cells.parameters();
  const auto loss = [&](const Flat& at) {
    set_values(parameters, at);
    const Run moved = p.cells.forward(p.xs, zero_state(3, 3));
    return ch03::project(weights, last_states(moved, p.lengths).values);
  };
  REQUIRE(
      ch03::check_gradient(loss, values(parameters), gradients(parameters)).passed());
}
