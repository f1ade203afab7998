// Several heads side by side, each with its share of the columns.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/layers.h"
#include "10-attention/attention.h"

namespace ch10 {

using ch01::Random;
using ch04::Dense;
using ch04::Parameter;
using Parameters = std::vector<Parameter*>;

// ANCHOR: back
// The way back through one of chapter 4's layers: its parameters' slopes are added,
// the slopes by its input returned.
inline Matrix back(ch04::Layer& layer, const Matrix& dy) {
  layer.accumulate(dy);
  return layer.backward(dy);
}

inline Matrix sum(Matrix a, const Matrix& b) {
  ch01::require_match(a.rows == b.rows && a.cols == b.cols, "sum", a, b);
  for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] += b.values[i];
  return a;
}
// ANCHOR_END: back

inline Dense square(std::size_t width, Random& random) {
  return Dense(ch04::xavier(width, width, random));
}

// ANCHOR: heads
template <class A = Attention>
struct Heads {
  std::size_t count;  // of heads
  bool causal;
  Dense query, key, value, out;  // [D × D] each, and a bias
  std::vector<Head> heads;       // what each head saw, sequence after sequence

  Heads(std::size_t width, std::size_t count, bool causal, Random& random)
      : count(count),
        causal(causal),
        query(square(width, random)),
        key(square(width, random)),
        value(square(width, random)),
        out(square(width, random)) {
    if (count == 0 || width % count != 0) {
      throw std::invalid_argument("Heads: " + std::to_string(width) +
                                  " columns do not divide by " + std::to_string(count));
    }
  }
  // ANCHOR_END: heads

  Parameters parameters() {
    Parameters all;
    for (Dense* layer : {&query, &key, &value, &out}) {
      for (Parameter* p : layer->parameters()) all.push_back(p);
    }
    return all;
  }

  // ANCHOR: heads_forward
  // x [N·T × D]: N sequences of `length` T under one another → the same shape.
  Matrix forward(const Matrix& x, std::size_t length) {
    const Matrix q = query.forward(x), k = key.forward(x), v = value.forward(x);
    const std::size_t d = x.cols / count;
    Matrix found(x.rows, x.cols);
    heads.clear();
    for (std::size_t row = 0; row < x.rows; row += length) {
      for (std::size_t h = 0; h < count; ++h) {
        Head head{A::cut(q, row, length, h, d),
                  A::cut(k, row, length, h, d),
                  A::cut(v, row, length, h, d),
                  causal,
                  {}};
        A::paste(A::forward(head), found, row, h);
        heads.push_back(std::move(head));
      }
    }
    return out.forward(found);
  }
  // ANCHOR_END: heads_forward

  // ANCHOR: heads_backward
  Matrix backward(const Matrix& dy) {
    const Matrix dfound = back(out, dy);
    const std::size_t d = dy.cols / count, length = heads[0].q.rows;
    Matrix dq(dy.rows, dy.cols), dk = dq, dv = dq;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      const std::size_t row = i / count * length, h = i % count;
      const HeadSlopes s = A::backward(heads[i], A::cut(dfound, row, length, h, d));
      A::paste(s.q, dq, row, h);
      A::paste(s.k, dk, row, h);
      A::paste(s.v, dv, row, h);
    }
    return sum(sum(back(query, dq), back(key, dk)), back(value, dv));
  }
  // ANCHOR_END: heads_backward
};

}  // namespace ch10
