// Strings of different lengths, side by side in one batch.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "07-recurrent-networks/reber.h"
#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

using Texts = std::vector<std::string>;

// ANCHOR: batch
// A step of one of the strings.
struct Place {
  std::size_t t, n;
};

struct Batch {
  Sequence inputs;            // [T] of [N × 7], a letter in each row
  std::vector<Place> places;  // [M] where there is a letter to be predicted
  std::vector<int> labels;    // [M] and which

  std::size_t count() const { return inputs.front().rows; }
};

// The letters of each string but the last, one-hot. What is past the end of a
// string is padded with rows of zeros, and is no place.
inline Batch pack(const Texts& texts) {
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  const Matrix zeros(texts.size(), kLetters.size());
  Batch batch{Sequence(longest - 1, zeros), {}, {}};
  for (std::size_t t = 0; t + 1 < longest; ++t) {
    for (std::size_t n = 0; n < texts.size(); ++n) {
      if (t + 1 >= texts[n].size()) continue;
      batch.inputs[t](n, letter(texts[n][t])) = 1;
      batch.places.push_back({t, n});
      batch.labels.push_back(static_cast<int>(letter(texts[n][t + 1])));
    }
  }
  return batch;
}
// ANCHOR_END: batch

inline Texts draw_texts(std::size_t count, int parts, Random& random) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(embedded(parts, random));
  return texts;
}

// ANCHOR: floor
// The mean loss of one who knows the grammar. Each letter of a part but B and E
// was one of two, and so was the second of the string; the rest is certain.
inline double least_loss(const Texts& texts, int parts) {
  double choices = 0, letters = 0;
  for (const std::string& text : texts) {
    choices += static_cast<double>(text.size()) - 4 - 2 * parts + 1;
    letters += static_cast<double>(text.size()) - 1;
  }
  return choices * std::log(2.0) / letters;
}
// ANCHOR_END: floor

// The mean loss of one who knows these few strings by heart: after each beginning the
// letters that follow it, with their shares.
inline double least_loss_by_heart(const Texts& texts) {
  std::map<std::string, std::map<char, double>> follow;
  for (const std::string& text : texts) {
    for (std::size_t t = 1; t < text.size(); ++t) ++follow[text.substr(0, t)][text[t]];
  }
  double loss = 0, letters = 0;
  for (const auto& [beginning, counts] : follow) {
    double all = 0;
    for (const auto& [symbol, count] : counts) all += count;
    for (const auto& [symbol, count] : counts) loss -= count * std::log(count / all);
    letters += all;
  }
  return loss / letters;
}

}  // namespace ch07
