// Attention with a planted bug. Each of them trains.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "10-attention/attention.h"

namespace ch10 {

// ANCHOR: peeking
// The mask is off by one: a query sees the symbol that it is to foretell.
struct Peeking : Attention {
  static Matrix forward(Head& h) {
    h.p = ch01::multiply(h.q, ch01::transpose(h.k));
    for (std::size_t i = 0; i < h.p.rows; ++i) {
      double* row = &h.p.values[i * h.p.cols];
      const std::size_t seen = std::min(h.seen(i) + 1, h.k.rows);
      for (std::size_t j = 0; j < seen; ++j) row[j] *= h.scale();
      ch02::softmax(row, seen, row);
      std::fill(row + seen, row + h.p.cols, 0.0);
    }
    return ch01::multiply(h.p, h.v);
  }
};
// ANCHOR_END: peeking

// Softmax down the columns: the queries compete for each key, and not the keys for
// each query. The way back is right for what it does.
struct WrongAxis : Attention {
  static std::size_t first(const Head& h, std::size_t key) {
    std::size_t i = 0;
    while (h.seen(i) <= key) ++i;
    return i;
  }
  static Matrix forward(Head& h) {
    Matrix t = ch01::multiply(h.k, ch01::transpose(h.q));  // [T × M]
    for (std::size_t j = 0; j < t.rows; ++j) {
      double* row = &t.values[j * t.cols];
      const std::size_t from = first(h, j);
      for (std::size_t i = 0; i < t.cols; ++i) row[i] *= i < from ? 0 : h.scale();
      ch02::softmax(row + from, t.cols - from, row + from);
    }
    h.p = ch01::transpose(t);
    return ch01::multiply(h.p, h.v);
  }
  static HeadSlopes backward(const Head& h, const Matrix& dout) {
    HeadSlopes d{{}, Matrix(h.k.rows, h.k.cols), Matrix(h.v.rows, h.v.cols)};
    ch04::add_transposed_product(h.p, dout, d.v);
    Matrix ds = ch01::multiply(dout, ch01::transpose(h.v));
    for (std::size_t j = 0; j < ds.cols; ++j) {
      double mean = 0;
      for (std::size_t i = 0; i < ds.rows; ++i) mean += h.p(i, j) * ds(i, j);
      for (std::size_t i = 0; i < ds.rows; ++i) {
        ds(i, j) = h.scale() * h.p(i, j) * (ds(i, j) - mean);
      }
    }
    d.q = ch01::multiply(ds, h.k);
    ch04::add_transposed_product(ds, h.q, d.k);
    return d;
  }
};

// No 1/√d: the queries are √d times as long.
struct Unscaled : Attention {
  static void lengthen(const Head& h, Matrix& m) {
    for (double& v : m.values) v /= h.scale();
  }
  static Matrix forward(Head& h) {
    lengthen(h, h.q);
    return Attention::forward(h);
  }
  static HeadSlopes backward(const Head& h, const Matrix& dout) {
    HeadSlopes d = Attention::backward(h, dout);
    lengthen(h, d.q);
    return d;
  }
};

// ANCHOR: mixed
// [T × heads · d] is read as if it were [heads · T × d]: the sizes fit.
struct Mixed : Attention {
  static Matrix cut(const Matrix& all, std::size_t row, std::size_t rows,
                    std::size_t head, std::size_t d) {
    Matrix part(rows, d);
    const double* from = &all.values[row * all.cols + head * rows * d];
    std::copy(from, from + rows * d, part.values.begin());
    return part;
  }
  static void paste(const Matrix& part, Matrix& all, std::size_t row,
                    std::size_t head) {
    std::copy(part.values.begin(), part.values.end(),
              &all.values[row * all.cols + head * part.values.size()]);
  }
};
// ANCHOR_END: mixed

// ANCHOR: dropped
// The way back through softmax without the mean of its row.
struct Dropped : Attention {
  static HeadSlopes backward(const Head& h, const Matrix& dout) {
    HeadSlopes d = Attention::backward(h, dout);
    Matrix ds = ch01::multiply(dout, ch01::transpose(h.v));
    for (std::size_t i = 0; i < ds.values.size(); ++i) {
      ds.values[i] *= h.scale() * h.p.values[i];
    }
    d.q = ch01::multiply(ds, h.k);
    d.k = Matrix(h.k.rows, h.k.cols);
    ch04::add_transposed_product(ds, h.q, d.k);
    return d;
  }
};
// ANCHOR_END: dropped

}  // namespace ch10
