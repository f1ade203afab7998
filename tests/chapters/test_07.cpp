// Chapter 7: the worked example, a step of each cell, the slopes through time, batches of
// unequal strings, and clipping.
#include <cmath>
#include <vector>

#include "07-recurrent-networks/batch.h"
#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/descent.h"
#include "07-recurrent-networks/gru.h"
#include "07-recurrent-networks/hand.h"
#include "07-recurrent-networks/lstm.h"
#include "07-recurrent-networks/reader.h"
#include "tests/catch.h"

using namespace ch07;

namespace {

template <class Cell>
void check_through_time(const char* name) {
  INFO(name);
  for (std::size_t steps : {1, 4}) {
    Random random(3);
    const auto result = check_cells<Cell>(3, 5, steps, 2, random);
    CHECK(result.checked > 60);
    CHECK(result.kinks == 0);
    CHECK(result.passed());
  }
}

// One step of one number, its blocks' sums given.
template <class Cell>
Step one_step(const std::vector<double>& p, const std::vector<double>& q, double h,
              double c) {
  Matrix sums(1, p.size());
  sums.values = p;
  const State before{Matrix(1, 1, h), Matrix(1, 1, c)};
  Step s{Matrix(1, 1), before, before, Matrix(1, p.size()), Matrix(1, p.size())};
  s.q.values = q;
  Cell::forward(sums, s);
  return s;
}

// The loss and the gradients of one string after another, each with its share.
template <class Model>
double one_by_one(Model& model, const Texts& texts, Flat* slopes) {
  double letters = 0, loss = 0;
  for (const std::string& text : texts) letters += static_cast<double>(text.size()) - 1;
  slopes->assign(values(model.parameters()).size(), 0);
  for (const std::string& text : texts) {
    const double share = (static_cast<double>(text.size()) - 1) / letters;
    zero_gradients(model.parameters());
    loss += share * model.add_gradients(pack({text}));
    const Flat own = gradients(model.parameters());
    for (std::size_t i = 0; i < own.size(); ++i) (*slopes)[i] += share * own[i];
  }
  return loss;
}

}  // namespace

TEST_CASE("the worked example has the numbers of the page") {
  Hand hand;
  CHECK(hand.run[0].after.h(0, 0) == 2);
  CHECK(hand.run[1].after.h(0, 0) == 1);
  CHECK(hand.run[2].after.h(0, 0) == 1.5);
  CHECK(hand.loss == 0.125);
  const auto parameters = hand.cells.parameters();
  CHECK(parameters[0]->gradient(0, 0) == 0.75);   // u
  CHECK(parameters[1]->gradient(0, 0) == 1);      // w
  CHECK(parameters[2]->gradient(0, 0) == 0.875);  // b
  CHECK(hand.d.h(0, 0) == 0.0625);                // the state it began with
}

TEST_CASE("a step of the LSTM by hand") {
  // sigmoid(ln 3) = 3/4 and tanh(ln 2) = 3/5.
  const double ln2 = std::log(2.0), ln3 = std::log(3.0);
  const Step s = one_step<LstmCell>({ln3 - 1, 2, ln2, -ln3}, {1, -2, 0, 0}, 0.3, 1.2);
  CHECK(s.after.c(0, 0) == Approx(0.5 * 1.2 + 0.75 * 0.6));
  CHECK(s.after.h(0, 0) == Approx(0.25 * std::tanh(1.05)));
}

TEST_CASE("a step of the GRU by hand") {
  const double ln2 = std::log(2.0), ln3 = std::log(3.0);
  const Step s = one_step<GruCell>({ln3, ln3 - 2, ln2 - 3}, {0, 2, 4}, 0.2, 0);
  CHECK(s.after.h(0, 0) == Approx(0.25 * 0.6 + 0.75 * 0.2));
}

TEST_CASE("every cell passes the check through time") {
  check_through_time<AddCell>("sum");
  check_through_time<TanhCell>("RNN");
  check_through_time<LstmCell>("LSTM");
  check_through_time<GruCell>("GRU");
}

TEST_CASE("a reader passes the check on strings of several lengths") {
  Random random(4);
  Reader<LstmCell> lstm(4, random);
  Reader<GruCell> gru(4, random);
  shake(lstm.parameters(), random);
  shake(gru.parameters(), random);
  const Batch batch = pack({embedded(1, random), "BTBPVVETE", embedded(2, random)});
  CHECK(check_reader(lstm, batch).passed());
  CHECK(check_reader(gru, batch).passed());
}

TEST_CASE("a batch is as good as its strings one by one") {
  Random random(5);
  Reader<GruCell> reader(4, random);
  shake(reader.parameters(), random);
  const Texts texts = {"BTBPVVETE", embedded(2, random), embedded(1, random)};
  Flat slopes;
  const double loss = one_by_one(reader, texts, &slopes);
  zero_gradients(reader.parameters());
  CHECK(reader.add_gradients(pack(texts)) == Approx(loss).epsilon(1e-12));
  const Flat together = gradients(reader.parameters());
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    CHECK(together[i] == Approx(slopes[i]).epsilon(1e-10).margin(1e-14));
  }
}

TEST_CASE("a batch holds a row for each string and no place past its end") {
  const Batch batch = pack({"BTE", "BPXVE"});
  REQUIRE(batch.inputs.size() == 4);
  CHECK(batch.count() == 2);
  CHECK(batch.places.size() == 2 + 4);
  CHECK(batch.inputs[0](0, letter('B')) == 1);
  CHECK(batch.inputs[1](1, letter('P')) == 1);
  for (std::size_t t : {2, 3}) {
    for (std::size_t k = 0; k < 7; ++k) CHECK(batch.inputs[t](0, k) == 0);
  }
  CHECK(batch.labels.back() == static_cast<int>(letter('E')));
}

TEST_CASE("a sequence in two pieces is a sequence") {
  Random random(6);
  Recurrent<LstmCell> cells(3, 4, random);
  Sequence xs;
  for (int t = 0; t < 5; ++t) xs.push_back(noise(2, 3, random));
  const Run whole = cells.forward(xs, zero_state(2, 4));
  const Run first = cells.forward({xs[0], xs[1]}, zero_state(2, 4));
  const Run rest = cells.forward({xs[2], xs[3], xs[4]}, first.back().after);
  CHECK(rest.back().after.h.values == whole.back().after.h.values);
  CHECK(rest.back().after.c.values == whole.back().after.c.values);
}

TEST_CASE(
    "the two biases of RNN and LSTM have the same slopes and those of a GRU not") {
  Random random(7);
  const auto biases = [&](auto cells) {
    Sequence xs, dhs;
    for (int t = 0; t < 3; ++t) {
      xs.push_back(noise(2, 3, random));
      dhs.push_back(noise(2, 4, random));
    }
    State d = zero_state(2, 4);
    cells.backward(cells.forward(xs, zero_state(2, 4)), dhs, d);
    const auto p = cells.parameters();
    return p[2]->gradient.values == p[3]->gradient.values;
  };
  CHECK(biases(Recurrent<TanhCell>(3, 4, random)));
  CHECK(biases(Recurrent<LstmCell>(3, 4, random)));
  CHECK_FALSE(biases(Recurrent<GruCell>(3, 4, random)));
}

TEST_CASE("clipping keeps the direction") {
  Parameter a(Matrix(1, 2)), b(Matrix(1, 1));
  a.gradient.values = {3, 4};
  b.gradient.values = {12};
  CHECK(clip({&a, &b}, 20) == 13);
  CHECK(a.gradient.values == std::vector<double>{3, 4});
  CHECK(clip({&a, &b}, 6.5) == 13);
  CHECK(a.gradient.values == std::vector<double>{1.5, 2});
  CHECK(b.gradient.values == std::vector<double>{6});
  CHECK(gradient_norm({&a, &b}) == Approx(6.5));
}

TEST_CASE("steps that agree grow to ten times their length") {
  Parameter p(Matrix(1, 1));
  Descent descent({&p}, 0.1);
  double before = 0;
  for (int s = 0; s < 200; ++s) {
    before = p.value(0, 0);
    p.gradient(0, 0) = 1;
    descent.step();
    if (s == 0) CHECK(p.value(0, 0) == Approx(-0.1));
  }
  CHECK(p.value(0, 0) - before == Approx(-1.0).epsilon(1e-6));
}
