// Chapter 10: the worked example, the slopes of every part and of the whole, what must
// hold of a Transformer, and the planted bugs.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "10-attention/broken.h"
#include "10-attention/generate.h"
#include "10-attention/properties.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("the example on paper") {
  const Hand<> hand;
  CHECK(off_by_hand<>() < 1e-15);
  CHECK(hand.found(0, 0) == Approx(4).epsilon(1e-14));
  const double dq[] = {0, 0.5, -0.5, 0};
  for (std::size_t j = 0; j < 4; ++j) CHECK(std::abs(hand.d.q(0, j) - dq[j]) < 1e-15);
  CHECK(std::abs(hand.d.k(0, 0)) < 1e-15);
  CHECK(hand.d.k(1, 0) == Approx(std::log(2.0)).epsilon(1e-14));
  CHECK(hand.d.k(2, 0) == Approx(-std::log(2.0)).epsilon(1e-14));
  CHECK(hand.d.v(0, 0) == Approx(0.5).epsilon(1e-14));
  CHECK(hand.d.v(1, 0) == Approx(0.25).epsilon(1e-14));
}

TEST_CASE("every part passes the check") {
  Random random(3);
  for (bool causal : {false, true}) {
    BareHead<> head{3, 5, causal, {}};
    CHECK(check_part(head, noise(13, 4, random), random).passed());
  }
  Sequences<Heads<>> heads{Heads<>(6, 3, true, random), 4};
  CHECK(check_part(heads, noise(8, 6, random), random).passed());
  LayerNorm norm(5);
  Gelu gelu;
  for (ch04::Layer* layer :
       {static_cast<ch04::Layer*>(&norm), static_cast<ch04::Layer*>(&gelu)}) {
    AsPart part{layer};
    CHECK(check_part(part, noise(3, 5, random), random).passed());
  }
  for (Norm place : {Norm::kBefore, Norm::kAfter}) {
    Sequences<Block<>> block{Block<>(4, 2, 7, true, random, place), 3};
    CHECK(check_part(block, noise(6, 4, random), random).passed());
  }
}

TEST_CASE("the whole passes the check by every parameter") {
  Random random(4);
  const ch03::CheckResult before = check_whole<>(random);
  CHECK(before.passed());
  CHECK(before.checked == 472);
  CHECK(check_whole<>(random, Norm::kAfter).passed());
}

TEST_CASE("weights of a row sum to one and of what is not seen are zero") {
  Random random(5);
  Head h{noise(3, 4, random), noise(5, 4, random), noise(5, 2, random), true, {}};
  Attention::forward(h);
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 5; ++j) {
      sum += h.p(i, j);
      CHECK((h.p(i, j) > 0) == (j <= i + 2));
    }
    CHECK(sum == Approx(1).epsilon(1e-14));
  }
}

TEST_CASE("what is said does not depend on what comes after") {
  Random random(6);
  CHECK(off_in_prefix<>(random) < 1e-13);
}

TEST_CASE("without positions two letters may change places and nobody notices") {
  Random random(7);
  CHECK(moved_by_order<>(false, random) < 1e-13);
  CHECK(moved_by_order<>(true, random) > 0.01);
}

TEST_CASE("keys and values kept give the same scores as reading again") {
  Random random(8);
  CHECK(off_when_kept(random) < 1e-13);
}

TEST_CASE("one key at a time gives what all at once give") {
  Random random(9);
  CHECK(off_online(random) < 1e-12);
}

TEST_CASE("GELU is x for large x and zero for small ones") {
  CHECK(GeluFunction::value(8) == Approx(8).epsilon(1e-12));
  CHECK(std::abs(GeluFunction::value(-8)) < 1e-12);
  CHECK(GeluFunction::value(1) == Approx(0.8413447460685429).epsilon(1e-14));
  CHECK(GeluFunction::value(0) == 0);
}

TEST_CASE("rows come out of layer normalisation with mean 0 and variance 1") {
  Random random(10);
  LayerNorm norm(6);
  Matrix x = noise(2, 6, random);
  for (std::size_t j = 0; j < 6; ++j) x(1, j) = 100 + 30 * x(1, j);
  const Matrix y = norm.forward(x);
  for (std::size_t i = 0; i < 2; ++i) {
    double sum = 0, squares = 0;
    for (std::size_t j = 0; j < 6; ++j) sum += y(i, j), squares += y(i, j) * y(i, j);
    CHECK(std::abs(sum) < 1e-12);
    CHECK(squares / 6 == Approx(1).epsilon(1e-4));
  }
}

TEST_CASE("sines and cosines of neighbours are told by one rotation") {
  // cos(a - b) for each pair of columns: how alike two rows are depends on their distance.
  const Matrix rows = sinusoids(40, 8);
  const auto alike = [&](std::size_t s, std::size_t t) {
    double sum = 0;
    for (std::size_t j = 0; j < 8; ++j) sum += rows(s, j) * rows(t, j);
    return sum;
  };
  CHECK(rows(0, 0) == 0);
  CHECK(rows(0, 1) == 1);
  CHECK(alike(3, 7) == Approx(alike(30, 34)).epsilon(1e-12));
  CHECK(alike(5, 5) == Approx(4).epsilon(1e-12));
}

TEST_CASE("low temperature takes the best and a high one takes all alike") {
  const std::vector<double> scores = {1, 3, 2, -1};
  Random random(11);
  CHECK(choose(scores, {0, 0}, random) == 1);
  const auto hot = probabilities(scores, {1e6, 0});
  const auto two = probabilities(scores, {1, 2});
  for (double p : hot) CHECK(p == Approx(0.25).epsilon(1e-4));
  CHECK(two[0] == 0);
  CHECK(two[3] == 0);
  CHECK(two[1] == Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-14));
}

TEST_CASE("texts are legal and no others are") {
  Random random(12);
  for (const std::string& text : draw_texts(50, random)) CHECK(legal(text));
  for (const char* text :
       {">bdach:bdacg", "<bdach:bdach", "^bdacb:abbcd", "^bdach", "abdach:abcdh"}) {
    CHECK_FALSE(legal(text));
  }
  CHECK(answer('<', "bdach") == "hcadb");
  CHECK(answer('^', "bdach") == "abcdh");
  CHECK(least_loss() == Approx(std::log(8.0 * 7 * 6 * 5 * 4) / 11).epsilon(1e-14));
}

TEST_CASE("each planted bug is caught by a check of its own") {
  Random random(13);
  CHECK(off_in_prefix<Peeking>(random) > 0.1);
  CHECK(check_whole<Peeking>(random).passed());
  CHECK(off_by_hand<WrongAxis>() > 0.1);
  CHECK(check_whole<WrongAxis>(random).passed());
  CHECK(off_by_hand<Unscaled>() > 0.1);
  CHECK(check_whole<Unscaled>(random).passed());
  CHECK(off_in_prefix<Unscaled>(random) < 1e-12);
  CHECK(off_in_prefix<Mixed>(random) > 0.1);
  CHECK(check_whole<Mixed>(random).passed());
  CHECK_FALSE(check_whole<Dropped>(random).passed());
}
