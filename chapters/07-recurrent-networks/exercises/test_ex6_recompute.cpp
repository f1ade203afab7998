#include "ex6_recompute.h"

#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/lstm.h"
#include "tests/catch.h"

using namespace ch07;

TEST_CASE("chunks that are computed again change no slope") {
  Random random(6);
  Recurrent<LstmCell> cells(2, 3, random);
  Sequence xs, dhs;
  for (int t = 0; t < 11; ++t) {
    xs.push_back(noise(2, 2, random));
    dhs.push_back(noise(2, 3, random));
  }
  const State first{noise(2, 3, random), noise(2, 3, random)};
  State whole = zero_state(2, 3);
  cells.backward(cells.forward(xs, first), dhs, whole);
  const Flat expected = gradients(cells.parameters());
  for (std::size_t chunk : {4, 1, 20}) {
    for (Parameter* p : cells.parameters()) {
      std::fill(p->gradient.values.begin(), p->gradient.values.end(), 0.0);
    }
    State d = zero_state(2, 3);
    std::size_t longest = 0;
    backward_in_chunks(cells, xs, first, dhs, chunk, d, &longest);
    REQUIRE(longest <= chunk);
    const Flat found = gradients(cells.parameters());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(found[i] == Approx(expected[i]).epsilon(1e-10).margin(1e-14));
    }
    REQUIRE(d.h.values == whole.h.values);
    REQUIRE(d.c.values == whole.c.values);
  }
}
