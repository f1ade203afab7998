// Texts to learn from: an order, a word, a colon, and the word as the order wants it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"

namespace ch10 {

using ch01::Random;
using Texts = std::vector<std::string>;

// ANCHOR: texts
const std::string kSymbols = "abcdefgh><^:";
constexpr std::size_t kLetters = 8, kWord = 5, kText = 2 * kWord + 2;

inline int id(char symbol) { return static_cast<int>(kSymbols.find(symbol)); }

// > as it stands, < from its end, ^ in the order of the alphabet.
inline std::string answer(char order, std::string word) {
  if (order == '<') std::reverse(word.begin(), word.end());
  if (order == '^') std::sort(word.begin(), word.end());
  return word;
}

// Five different letters, and what the order makes of them: "<bdach:hcadb".
inline std::string draw_text(char order, Random& random) {
  std::vector<char> letters(kSymbols.begin(), kSymbols.begin() + kLetters);
  random.shuffle(letters);
  const std::string word(letters.begin(), letters.begin() + kWord);
  return order + word + ':' + answer(order, word);
}

inline Texts draw_texts(std::size_t count, Random& random,
                        const std::string& orders = "><^") {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back(draw_text(orders[random.below(orders.size())], random));
  }
  return texts;
}
// ANCHOR_END: texts

// ANCHOR: floor
// The least loss: nobody can know the letters of the word, but each is another one, so
// that there are 8, 7, 6, 5 and 4 to choose from. All else is certain.
inline double least_loss() {
  double sum = 0;
  for (std::size_t k = 0; k < kWord; ++k)
    sum += std::log(static_cast<double>(kLetters - k));
  return sum / static_cast<double>(kText - 1);
}
// ANCHOR_END: floor

// Is it a text as above, from its first symbol to its last?
inline bool legal(const std::string& text) {
  if (text.size() != kText || text[kWord + 1] != ':') return false;
  const std::string word = text.substr(1, kWord);
  std::string sorted = answer('^', word);
  const bool letters =
      word.find_first_not_of(kSymbols.substr(0, kLetters)) == std::string::npos;
  const bool different = std::unique(sorted.begin(), sorted.end()) == sorted.end();
  const bool order = text[0] == '>' || text[0] == '<' || text[0] == '^';
  return order && letters && different &&
         text.substr(kWord + 2) == answer(text[0], word);
}

}  // namespace ch10
