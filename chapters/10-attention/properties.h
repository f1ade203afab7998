// What must hold of a Transformer, whatever its weights are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "10-attention/cache.h"
#include "10-attention/check.h"
#include "10-attention/hand.h"
#include "10-attention/online.h"

namespace ch10 {

inline double largest_difference(const Matrix& a, const Matrix& b) {
  double worst = a.values.size() == b.values.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; worst < HUGE_VAL && i < a.values.size(); ++i) {
    worst = std::max(worst, std::abs(a.values[i] - b.values[i]));
  }
  return worst;
}

template <class A>
Transformer<A> random_model(std::size_t blocks, bool positions, Random& random) {
  Sizes sizes{kSymbols.size(), kText, 8, 2, 12, blocks, positions, Norm::kBefore};
  Transformer<A> model(sizes, random);
  for (double& w : model.out.parameters()[0]->value.values) w = random.normal();
  return model;
}

inline std::vector<int> ids(const std::string& text) {
  std::vector<int> all;
  for (char symbol : text) all.push_back(id(symbol));
  return all;
}

// ANCHOR: prefix
// How far what is said about the first symbols of a text depends on what comes after.
template <class A = Attention>
double off_in_prefix(Random& random) {
  Transformer<A> model = random_model<A>(2, true, random);
  const std::string text = "<gbeac:caebg";
  const Matrix whole = model.forward(ids(text), text.size());
  double worst = 0;
  for (std::size_t t = 1; t < text.size(); ++t) {
    const Matrix part = model.forward(ids(text.substr(0, t)), t);
    worst = std::max(worst, largest_difference(part, cut(whole, 0, t, 0, whole.cols)));
  }
  return worst;
}
// ANCHOR_END: prefix

// By how much the scores after the colon change when two letters of the word change
// places. One block, so that nothing but positions can tell.
template <class A = Attention>
double moved_by_order(bool positions, Random& random) {
  Transformer<A> model = random_model<A>(1, positions, random);
  const auto after = [&](const std::string& text) {
    return cut(model.forward(ids(text), text.size()), text.size() - 1, 1, 0,
               kSymbols.size());
  };
  return largest_difference(after("<gbeac:"), after("<geabc:"));
}

// How far one head is from what the chapter has worked out on paper.
template <class A = Attention>
double off_by_hand() {
  const Hand<A> hand;
  Matrix p(1, 3);
  p.values = {0.5, 0.25, 0.25};
  return largest_difference(hand.head.p, p);
}

// How far the scores of a reader with a memory are from those of the whole.
inline double off_when_kept(Random& random) {
  Transformer<> model = random_model<Attention>(2, true, random);
  const std::vector<int> text = ids("<gbeac:caebg");
  const Matrix whole = model.forward(text, text.size());
  Reader<> reader(model);
  double worst = 0;
  for (std::size_t t = 0; t < text.size(); ++t) {
    const Matrix one = reader.read(text[t]);
    worst = std::max(worst, largest_difference(one, cut(whole, t, 1, 0, whole.cols)));
  }
  return worst;
}

inline double off_online(Random& random) {
  double worst = 0;
  for (bool causal : {false, true}) {
    Head head{
        noise(7, 4, random), noise(9, 4, random), noise(9, 3, random), causal, {}};
    for (double& v : head.k.values) v *= 30;  // scores far apart
    worst = std::max(worst,
                     largest_difference(Attention::forward(head), attend_online(head)));
  }
  return worst;
}

}  // namespace ch10
