// Chapter 13: the program, chapter 4's numbers from it, and the planted faults.
#include <cmath>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/program.h"
#include "13-library/program.h"
#include "13-library/suspects.h"
#include "tests/catch.h"

using namespace ch13;

TEST_CASE("the losses are those of chapter 4") {
  Random random(1);
  const ch01::Matrix first = ch04::he(9, 6, random), second = ch04::he(6, 4, random);
  ch04::Network layers;
  layers.add<ch04::Dense>(first).add<ch04::ReLU>();
  layers.add<ch04::Dense>(second);
  const Mlp network(tensor(first), tensor(second));
  const Samples samples = ch04::random_batch(60, 9, 4, random);
  Random a(5), b(5);
  const auto ours = train(network, samples, 12, 4, 0.1, a);
  std::vector<double> theirs;
  std::vector<std::size_t> order = ch04::in_order(60);
  for (int epoch = 0; epoch < 4; ++epoch) {
    b.shuffle(order);
    for (double loss : ch04::train_epoch(layers, samples, order, 12, 0.1)) {
      theirs.push_back(loss);
    }
  }
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t s = 0; s < ours.size(); ++s) {
    CHECK(ours[s] == Approx(theirs[s]).epsilon(1e-12));
  }
}

TEST_CASE("each planted fault is found by a check and passed by another") {
  const double right = off_in_gradients(Fault::kNone);
  CHECK(right < 1e-6);
  CHECK(off_when_poisoned(Fault::kNone) == right);
  CHECK(off_by_threads(Fault::kNone) == 0);
  CHECK(off_in_a_view(Fault::kNone) == 0);

  CHECK(off_in_a_view(Fault::kNoOffset) > 0.1);
  CHECK(off_in_gradients(Fault::kNoOffset) < 1e-6);
  CHECK(off_in_gradients(Fault::kMean) > 0.5);
  CHECK(std::isinf(off_when_poisoned(Fault::kNoOwner)));
  CHECK(off_by_threads(Fault::kByThreads) > 0);
  CHECK(off_in_gradients(Fault::kByThreads) < 1e-6);
  CHECK(off_in_gradients(Fault::kInPlace) > 1e-3);
}
