// Training on strings that are drawn as they are needed, and judging what was learned.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "07-recurrent-networks/descent.h"
#include "07-recurrent-networks/reader.h"

namespace ch07 {

// ANCHOR: train
struct History {
  std::vector<double> losses, norms;  // one for each step; norms before clipping
};

// Batches of 8 new strings each.
template <class Model>
History train(Model& model, Descent& descent, int parts, int steps, Random& random,
              double limit = 1) {
  History history;
  for (int s = 0; s < steps; ++s) {
    const Batch batch = pack(draw_texts(8, parts, random));
    zero_gradients(model.parameters());
    history.losses.push_back(model.add_gradients(batch));
    history.norms.push_back(clip(model.parameters(), limit));
    descent.step();
  }
  return history;
}
// ANCHOR_END: train

// The share of strings whose last letter but one, T or P, gets a higher score
// than the other of the two. Guessing is right for half of them.
template <class Model>
double recall(Model& model, const Texts& texts) {
  const Batch batch = pack(texts);
  const Run run = model.cells().forward(batch.inputs, model.begin(texts.size()));
  std::vector<Place> places;
  for (std::size_t n = 0; n < texts.size(); ++n) {
    places.push_back({texts[n].size() - 3, n});
  }
  const Matrix z = model.logits(run, places);
  double right = 0;
  for (std::size_t n = 0; n < texts.size(); ++n) {
    const bool says_t = z(n, letter('T')) > z(n, letter('P'));
    right += says_t == (texts[n][1] == 'T');
  }
  return right / static_cast<double>(texts.size());
}

// ANCHOR: write
// Writes a string: reads what it has written so far, draws the next letter by
// the probabilities it gives, and goes on until E has come for all parts.
template <class Model>
std::string write(Model& model, int parts, Random& random) {
  std::string text = "B";
  State state = model.begin(1);
  for (int ends = 0; ends < parts + 1 && text.size() < 200;) {
    Matrix x(1, kLetters.size());
    x(0, letter(text.back())) = 1;
    const Run run = model.cells().forward({x}, state);
    state = run.back().after;
    Matrix p = model.logits(run, {{0, 0}});
    ch02::softmax(p.values.data(), p.cols, p.values.data());
    double left = random.uniform();
    std::size_t k = 0;
    while (k + 1 < p.cols && left >= p.values[k]) left -= p.values[k++];
    text += kLetters[k];
    ends += kLetters[k] == 'E';
  }
  return text;
}
// ANCHOR_END: write

template <class Model>
double legal_share(Model& model, int parts, int count, Random& random) {
  int right = 0;
  for (int i = 0; i < count; ++i) right += legal(write(model, parts, random), parts);
  return static_cast<double>(right) / count;
}

}  // namespace ch07
