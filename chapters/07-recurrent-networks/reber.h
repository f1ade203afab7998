// Strings to learn from: Reber's grammar, and the embedded one, in which the second
// letter comes back as the last but one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"

namespace ch07 {

using ch01::Random;

// ANCHOR: grammar
const std::string kLetters = "BTPSXVE";

inline std::size_t letter(char symbol) { return kLetters.find(symbol); }

// Two ways out of each place of the grammar: a letter, and the place it leads
// to. From the first and the last place there is one.
struct Way {
  char symbol;
  int to;
};

constexpr int kEnd = 7;
constexpr Way kWays[kEnd][2] = {
    {{'B', 1}, {'B', 1}},        // from place 0
    {{'T', 2}, {'P', 3}},        // 1
    {{'S', 2}, {'X', 4}},        // 2
    {{'T', 3}, {'V', 5}},        // 3
    {{'X', 3}, {'S', 6}},        // 4
    {{'P', 4}, {'V', 6}},        // 5
    {{'E', kEnd}, {'E', kEnd}},  // 6
};
// ANCHOR_END: grammar
// ANCHOR: draw
inline std::string reber(Random& random) {
  std::string text;
  for (int at = 0; at != kEnd;) {
    const Way& way = kWays[at][random.below(2)];
    text += way.symbol;
    at = way.to;
  }
  return text;
}

// B, then T or P, then `parts` strings of Reber's, then the same T or P, and E.
inline std::string embedded(int parts, Random& random) {
  const char kept = random.below(2) == 0 ? 'T' : 'P';
  std::string text = {'B', kept};
  for (int i = 0; i < parts; ++i) text += reber(random);
  return text + kept + 'E';
}
// ANCHOR_END: draw

// Reads one string of Reber's from `at` on. Returns where it ends, or npos.
inline std::size_t skip_reber(const std::string& text, std::size_t at) {
  for (int place = 0; place != kEnd; ++at) {
    const Way* ways = kWays[place];
    const char symbol = at < text.size() ? text[at] : '?';
    if (symbol != ways[0].symbol && symbol != ways[1].symbol) return std::string::npos;
    place = symbol == ways[0].symbol ? ways[0].to : ways[1].to;
  }
  return at;
}

// Is it an embedded string of so many parts, from its first letter to its last?
inline bool legal(const std::string& text, int parts) {
  if (text.size() < 4 || text[0] != 'B' || (text[1] != 'T' && text[1] != 'P')) {
    return false;
  }
  std::size_t at = 2;
  for (int i = 0; i < parts; ++i) {
    at = skip_reber(text, at);
    if (at == std::string::npos) return false;
  }
  return text.substr(at) == std::string{text[1], 'E'};
}

}  // namespace ch07
