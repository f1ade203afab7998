// Chapter 7: the grammar, what is learned and what is not, chunks, distances and the
// planted bugs.
#include <cmath>
#include <set>
#include <string>

#include "07-recurrent-networks/broken.h"
#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/costs.h"
#include "07-recurrent-networks/distance.h"
#include "07-recurrent-networks/gru.h"
#include "07-recurrent-networks/lstm.h"
#include "07-recurrent-networks/stream.h"
#include "07-recurrent-networks/windows.h"
#include "tests/catch.h"

using namespace ch07;

namespace {

template <class Cell, template <class> class Layer = Recurrent>
double reader_error() {
  Random random(9);
  Reader<Cell, Layer> reader(4, random);
  shake(reader.parameters(), random);
  const Texts texts = {"BTBPVVETE", embedded(1, random), embedded(2, random)};
  return check_reader(reader, pack(texts)).worst_relative_error;
}

double alone(bool keeps, bool counts) {
  Random random(2);
  Suspect<LstmCell> suspect(4, keeps, counts, random);
  shake(suspect.model().parameters(), random);
  return against_alone(suspect, {"BTBPVVETE", "BPBTXSEPE", "BTBTSXXVVETE"});
}

}  // namespace

TEST_CASE("strings of the grammar are legal and others are not") {
  Random random(1);
  std::set<std::string> seen;
  for (int parts : {1, 3}) {
    for (int i = 0; i < 200; ++i) {
      const std::string text = embedded(parts, random);
      seen.insert(text);
      CHECK(legal(text, parts));
      CHECK_FALSE(legal(text, parts + 1));
      CHECK(text[1] == text[text.size() - 2]);
    }
  }
  CHECK(seen.size() > 100);
  for (const char* wrong :
       {"", "B", "BT", "BTTE", "BTBPVVEPE", "BTBPVVET", "BTBPVVETEE", "BXBPVVEXE",
        "TTBPVVETE", "BTBPVXETE", "BTBPVVE"}) {
    INFO(wrong);
    CHECK_FALSE(legal(wrong, 1));
  }
}

TEST_CASE("the least loss is a half and a half at each choice") {
  // B T | B P V V E | T E: the letters after the first are chosen at T and P, V, V.
  CHECK(least_loss({"BTBPVVETE"}, 1) == Approx(4 * std::log(2.0) / 8));
  CHECK(least_loss_by_heart({"BTBPVVETE"}) == Approx(0).margin(1e-15));
  CHECK(least_loss_by_heart({"BTBPVVETE", "BPBPVVEPE"}) ==
        Approx(2 * std::log(2.0) / 16));
}

TEST_CASE("the first loss is that of a guesser") {
  Random random(2);
  Reader<GruCell> reader(8, random);
  CHECK(reader.loss(pack(draw_texts(20, 1, random))) ==
        Approx(std::log(7.0)).epsilon(1e-12));
}

TEST_CASE("eight strings are learned by heart") {
  Random random(3);
  Reader<LstmCell> reader(16, random);
  start_by_remembering(reader.cells());
  const Texts texts = draw_texts(8, 1, random);
  const Batch batch = pack(texts);
  Descent descent(reader.parameters(), 0.5);
  for (int s = 0; s < 300; ++s) {
    zero_gradients(reader.parameters());
    reader.add_gradients(batch);
    clip(reader.parameters(), 1);
    descent.step();
  }
  const double least = least_loss_by_heart(texts);
  CHECK(reader.loss(batch) > least);
  CHECK(reader.loss(batch) < least + 0.02);
}

TEST_CASE("an LSTM learns the short strings and writes them") {
  Random weights(7), random(8), judge(9);
  Reader<LstmCell> reader(16, weights);
  start_by_remembering(reader.cells());
  Descent fast(reader.parameters(), 0.5), slow(reader.parameters(), 0.05);
  train(reader, fast, 1, 450, random);
  train(reader, slow, 1, 100, random);
  const Texts test = draw_texts(300, 1, judge);
  CHECK(recall(reader, test) > 0.95);
  CHECK(reader.loss(pack(test)) < least_loss(test, 1) + 0.06);
  CHECK(legal_share(reader, 1, 100, judge) > 0.8);
}

TEST_CASE("a window that does not reach the second letter guesses") {
  Random random(4);
  const Texts train = draw_texts(600, 1, random), test = draw_texts(600, 1, random);
  CHECK(try_window(4, train, test, random).recall == Approx(0.5).margin(0.06));
  const ch04::Samples samples = windows({"BTE"}, 2);
  REQUIRE(samples.count() == 2);
  CHECK(samples.inputs(0, letter('B')) == 1);
  CHECK(samples.inputs(1, letter('T')) == 1);
  CHECK(samples.inputs(1, 7 + letter('B')) == 1);
}

TEST_CASE("the spectral radius of known matrices") {
  Matrix turn(2, 2);  // by a right angle, and twice as long
  turn.values = {0, -2, 2, 0};
  CHECK(spectral_radius(turn) == Approx(2).epsilon(1e-9));
  Matrix shear(2, 2);
  shear.values = {0.5, 1, 0, 0.5};
  CHECK(spectral_radius(shear) == Approx(0.5).epsilon(0.01));
}

TEST_CASE("slopes of a sum change by the radius and those of an open gate do not") {
  Random random(5);
  Recurrent<AddCell> sum(2, 1, random);
  sum.parameters()[1]->value(0, 0) = 0.5;
  const Sequence xs(6, noise(3, 2, random));
  const auto sizes =
      slope_sizes(sum, sum.forward(xs, zero_state(3, 1)), noise(3, 1, random));
  REQUIRE(sizes.size() == 6);
  for (std::size_t k = 1; k < 6; ++k) {
    CHECK(sizes[k] == Approx(sizes[k - 1] / 2));
  }
  Recurrent<LstmCell> open(2, 3, random);
  start_by_remembering(open, 30);
  const auto kept =
      slope_sizes(open, open.forward(xs, zero_state(3, 3)), noise(3, 3, random));
  CHECK(kept[5] > 0.5 * kept[1]);
}

TEST_CASE("streams go on where the chunk before ended") {
  Random one(6), two(6);
  Streams small(2, 1, one), large(2, 1, two);
  const Batch first = small.next(5), second = small.next(5), whole = large.next(10);
  for (std::size_t t = 0; t < 5; ++t) {
    CHECK(first.inputs[t].values == whole.inputs[t].values);
    CHECK(second.inputs[t].values == whole.inputs[t + 5].values);
  }
  CHECK(whole.places.size() == 20);
}

TEST_CASE("carrying the state tells what no chunk holds") {
  const auto loss = [](bool carry) {
    Random weights(7), random(8);
    Reader<LstmCell> reader(12, weights);
    Streams streams(8, 1, random);
    return train_in_chunks(reader, streams, 4, 250, carry).back();
  };
  CHECK(loss(true) < loss(false) - 0.1);
}

TEST_CASE("costs are those of the formulas") {
  CHECK(multiplications<LstmCell>(7, 32) == 4 * 32 * 39);
  Random random(9);
  Recurrent<GruCell> cells(7, 32, random);
  const Run run = cells.forward({noise(3, 7, random)}, zero_state(3, 32));
  CHECK(kept(run[0]) == 7 + 4 * 32 + 2 * 3 * 32);
  const Sequence xs = {noise(2, 3, random), noise(2, 3, random)};
  const Matrix w = noise(3, 5, random), all = ch01::multiply(stack(xs), w);
  const Matrix second = ch01::multiply(xs[1], w);
  for (std::size_t j = 0; j < 5; ++j) CHECK(all(3, j) == second(1, j));
}

TEST_CASE("each planted bug is caught by one check at least") {
  CHECK(reader_error<LstmCell>() < 1e-6);
  CHECK(reader_error<LstmCell, ReplacingLayer>() > 1e-3);
  CHECK(reader_error<LstmCell, LateLayer>() > 1e-3);
  CHECK(reader_error<LostCell>() > 1e-3);
  CHECK(alone(false, false) < 1e-12);
  CHECK(alone(true, false) > 1e-3);
  CHECK(alone(false, true) > 1e-3);
}
