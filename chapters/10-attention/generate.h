// Drawing the next symbol, and writing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "10-attention/cache.h"
#include "10-attention/texts.h"

namespace ch10 {

// ANCHOR: choose
// How to draw: scores are divided by the temperature, and all but the `most` best
// (0: none) are left out. Temperature 0 takes the best.
struct Choice {
  double temperature = 1;
  std::size_t most = 0;
};

inline std::vector<double> probabilities(std::vector<double> scores, const Choice& c) {
  if (c.most > 0 && c.most < scores.size()) {
    std::vector<double> best = scores;
    std::sort(best.begin(), best.end(), std::greater<double>());
    for (double& z : scores) {
      if (z < best[c.most - 1]) z = -HUGE_VAL;
    }
  }
  for (double& z : scores) z /= c.temperature;
  ch02::softmax(scores.data(), scores.size(), scores.data());
  return scores;
}

inline std::size_t choose(const std::vector<double>& scores, const Choice& c,
                          Random& random) {
  if (c.temperature == 0) {
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
  }
  const std::vector<double> p = probabilities(scores, c);
  double left = random.uniform();
  std::size_t k = 0;
  while (k + 1 < p.size() && left >= p[k]) left -= p[k++];
  return k;
}
// ANCHOR_END: choose

// ANCHOR: write
// Goes on from a text of at least one symbol until it is `length` long.
template <class A>
std::string write(Transformer<A>& model, std::string text, std::size_t length,
                  const Choice& choice, Random& random) {
  Reader<A> reader(model);
  Matrix scores;
  for (char symbol : text) scores = reader.read(id(symbol));
  while (text.size() < length) {
    text += kSymbols[choose(scores.values, choice, random)];
    if (text.size() < length) scores = reader.read(id(text.back()));
  }
  return text;
}
// ANCHOR_END: write

}  // namespace ch10
