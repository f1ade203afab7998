// Exercise 5 ★★: several heads that share one set of keys and values.
#pragma once

#include <cstddef>
#include <vector>

#include "10-attention/attention.h"

namespace ch10 {

// q [T × heads · d], but k and v only [T × d]: each head asks with its own queries, and
// all look through the same keys. What has to be kept for every symbol read becomes
// smaller by the number of heads.
struct SharedKeys {
  std::size_t count;  // of heads
  bool causal = true;
  std::vector<Head> heads;

  // [T × heads · d]: what each head has found, side by side.
  Matrix forward(const Matrix& q, const Matrix& k, const Matrix& v) {
    heads.clear();
    Matrix found(q.rows, q.cols);
    for (std::size_t h = 0; h < count; ++h) {
      Head head{Attention::cut(q, 0, q.rows, h, k.cols), k, v, causal, {}};
      Attention::paste(Attention::forward(head), found, 0, h);
      heads.push_back(head);
    }
    return found;
  }

  // The slopes by q, k and v.
  HeadSlopes backward(const Matrix& dfound) const {
    const Head& first = heads.front();
    HeadSlopes d{dfound, Matrix(first.k.rows, first.k.cols),
                 Matrix(first.v.rows, first.v.cols)};
    for (std::size_t h = 0; h < count; ++h) {
      const HeadSlopes one = Attention::backward(
          heads[h], Attention::cut(dfound, 0, dfound.rows, h, first.v.cols));
      Attention::paste(one.q, d.q, 0, h);
      for (std::size_t i = 0; i < d.k.values.size(); ++i) {
        d.k.values[i] += one.k.values[i];
        d.v.values[i] += one.v.values[i];
      }
    }
    return d;
  }
};

}  // namespace ch10
