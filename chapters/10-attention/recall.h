// Pairs of a key and a value, and then one of the keys: which value was with it?
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "07-recurrent-networks/lstm.h"
#include "07-recurrent-networks/recurrent.h"
#include "10-attention/heads.h"
#include "10-attention/train.h"

namespace ch10 {

// ANCHOR: pairs
constexpr std::size_t kKeys = 16, kValues = 8, kPair = kKeys + kValues;

struct Pairs {
  std::size_t length;       // T: the pairs, and one row more that asks
  Matrix x;                 // [N·T × 24] key and value one-hot; who asks has no value
  std::vector<int> values;  // [N] what is to be answered
};

inline Pairs draw_pairs(std::size_t n, std::size_t pairs, Random& random) {
  Pairs drawn{pairs + 1, Matrix(n * (pairs + 1), kPair), {}};
  std::vector<std::size_t> keys(kKeys);
  for (std::size_t i = 0; i < kKeys; ++i) keys[i] = i;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = i * drawn.length, asked = random.below(pairs);
    random.shuffle(keys);
    for (std::size_t p = 0; p < pairs; ++p) {
      const std::size_t value = random.below(kValues);
      drawn.x(row + p, keys[p]) = drawn.x(row + p, kKeys + value) = 1;
      if (p == asked) drawn.values.push_back(static_cast<int>(value));
    }
    drawn.x(row + pairs, keys[asked]) = 1;
  }
  return drawn;
}
// ANCHOR_END: pairs

// The last row of each sequence, and the way back.
inline Matrix last_rows(const Matrix& x, std::size_t length) {
  Matrix last(x.rows / length, x.cols);
  for (std::size_t i = 0; i < last.rows; ++i) {
    paste(cut(x, (i + 1) * length - 1, 1, 0, x.cols), last, i, 0);
  }
  return last;
}

inline Matrix at_last_rows(const Matrix& last, std::size_t length) {
  Matrix x(last.rows * length, last.cols);
  for (std::size_t i = 0; i < last.rows; ++i) {
    paste(cut(last, i, 1, 0, x.cols), x, (i + 1) * length - 1, 0);
  }
  return x;
}

// ANCHOR: lookup
// One head, and a dense layer on top of what it has found for the row that asks.
struct LookUp {
  Heads<> attention;
  Dense out{Matrix(kValues, kPair)};
  std::size_t length = 0;

  explicit LookUp(Random& random) : attention(kPair, 1, false, random) {}

  Matrix forward(const Pairs& p) {
    length = p.length;
    return out.forward(last_rows(attention.forward(p.x, length), length));
  }
  void backward(const Matrix& dscores) {
    attention.backward(at_last_rows(back(out, dscores), length));
  }
  // ANCHOR_END: lookup
  Parameters parameters() {
    Parameters all = attention.parameters();
    for (Parameter* p : out.parameters()) all.push_back(p);
    return all;
  }
};

// Chapter 7's LSTM, and the same layer on top of its last state.
struct Remember {
  ch07::Recurrent<ch07::LstmCell> cells;
  Dense out;
  ch07::Run run;

  Remember(std::size_t width, Random& random)
      : cells(kPair, width, random), out(Matrix(kValues, width)) {}

  Matrix forward(const Pairs& p) {
    ch07::Sequence xs(p.length, Matrix(p.values.size(), kPair));
    for (std::size_t i = 0; i < p.x.rows; ++i) {
      paste(cut(p.x, i, 1, 0, kPair), xs[i % p.length], i / p.length, 0);
    }
    run = cells.forward(xs, ch07::zero_state(p.values.size(), cells.width()));
    return out.forward(run.back().after.h);
  }
  void backward(const Matrix& dscores) {
    const Matrix dh = back(out, dscores);
    ch07::Sequence dhs(run.size(), Matrix(dh.rows, dh.cols));
    dhs.back() = dh;
    ch07::State d = ch07::zero_state(dh.rows, dh.cols);
    cells.backward(run, dhs, d);
  }
  Parameters parameters() {
    Parameters all = cells.parameters();
    for (Parameter* p : out.parameters()) all.push_back(p);
    return all;
  }
};

template <class Model>
void train_recall(Model& model, std::size_t pairs, int steps, Random& random) {
  const Parameters parameters = model.parameters();
  ch08::Adam adam(slots(parameters), 0.01);
  for (int s = 0; s < steps; ++s) {
    const Pairs p = draw_pairs(16, pairs, random);
    Matrix dscores;
    ch07::zero_gradients(parameters);
    ch02::softmax_cross_entropy(model.forward(p), p.values, &dscores);
    model.backward(dscores);
    ch07::clip(parameters, 1);
    adam.step();
  }
}

// The share of 500 new questions that are answered right.
template <class Model>
double recall(Model& model, std::size_t pairs, Random& random) {
  const Pairs p = draw_pairs(500, pairs, random);
  const Matrix scores = model.forward(p);
  double right = 0;
  for (std::size_t i = 0; i < scores.rows; ++i) {
    const double* z = &scores.values[i * scores.cols];
    right += std::max_element(z, z + scores.cols) - z == p.values[i];
  }
  return right / 500;
}

// The weights of six questions, one about each of six pairs: row i asks for key asked[i].
inline Matrix weights_of_questions(LookUp& model, const std::vector<std::size_t>& keys,
                                   const std::vector<std::size_t>& values,
                                   const std::vector<std::size_t>& asked) {
  Pairs p{keys.size() + 1, Matrix(asked.size() * (keys.size() + 1), kPair), {}};
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      p.x(i * p.length + k, keys[k]) = p.x(i * p.length + k, kKeys + values[k]) = 1;
    }
    p.x((i + 1) * p.length - 1, asked[i]) = 1;
  }
  model.forward(p);
  Matrix weights(asked.size(), keys.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    paste(cut(model.attention.heads[i].p, keys.size(), 1, 0, keys.size()), weights, i,
          0);
  }
  return weights;
}

}  // namespace ch10
