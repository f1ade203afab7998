// Chapter 10 in training: looking up pairs, and a few texts by heart.
#include <cmath>

#include "07-recurrent-networks/batch.h"
#include "10-attention/generate.h"
#include "10-attention/recall.h"
#include "10-attention/train.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("one head learns to look up pairs and finds more of them than it has seen") {
  Random random(1), judge(2);
  LookUp model(random);
  train_recall(model, 3, 250, random);
  CHECK(recall(model, 3, judge) > 0.98);
  CHECK(recall(model, 10, judge) > 0.9);
}

TEST_CASE(
    "the first loss is that of one who guesses and few texts are learned by heart") {
  Random random(3);
  Transformer<> model(Sizes{kSymbols.size(), kText, 16, 2, 32, 2}, random);
  const Texts texts = draw_texts(4, random);
  const Batch batch = pack(texts);
  const Parameters all = model.parameters();
  ch08::Adam adam(slots(all), 0.01);
  double loss = 0;
  for (int s = 0; s < 120; ++s) {
    ch07::zero_gradients(all);
    loss = add_gradients(model, batch);
    if (s == 0) CHECK(loss == Approx(std::log(12.0)).epsilon(1e-12));
    adam.step();
  }
  const double least = ch07::least_loss_by_heart(texts);
  CHECK(loss >= least);
  CHECK(loss < least + 0.02);
  // Its first letters decide which of the four a text is.
  for (const std::string& text : texts) {
    CHECK(write(model, text.substr(0, 5), kText, {0, 0}, random) == text);
  }
}

TEST_CASE("the loss of a batch is the mean of its texts") {
  Random random(4);
  Transformer<> model =
      Transformer<>(Sizes{kSymbols.size(), kText, 8, 2, 8, 1}, random);
  for (double& w : model.out.parameters()[0]->value.values) w = random.normal();
  const Texts texts = draw_texts(3, random);
  double sum = 0;
  for (const std::string& text : texts) sum += loss(model, pack({text}));
  CHECK(loss(model, pack(texts)) == Approx(sum / 3).epsilon(1e-13));
}
