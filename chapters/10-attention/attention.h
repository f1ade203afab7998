// Attention: every query gets a mean of the values, weighted by how well their keys fit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "01-linear-regression/matrix.h"
#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/products.h"

namespace ch10 {

using ch01::Matrix;

// ANCHOR: head
// What one head looks up in one sequence: M queries among T keys, each with its value.
struct Head {
  Matrix q, k, v;       // [M × d], [T × d], [T × e]
  bool causal = false;  // may a query not see what comes after it?
  Matrix p;             // [M × T] the weights, which forward leaves here

  // How many keys query i sees, from the first on. The last query sees them all.
  std::size_t seen(std::size_t i) const {
    return causal ? k.rows - q.rows + i + 1 : k.rows;
  }
  double scale() const { return 1 / std::sqrt(static_cast<double>(q.cols)); }
};
// ANCHOR_END: head

// The slopes of a loss by what a head was given.
struct HeadSlopes {
  Matrix q, k, v;  // each of the shape of its namesake
};

// ANCHOR: columns
// Columns first to first + d of some rows: what one head sees of one sequence.
inline Matrix cut(const Matrix& all, std::size_t row, std::size_t rows,
                  std::size_t first, std::size_t d) {
  Matrix part(rows, d);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < d; ++j) part(i, j) = all(row + i, first + j);
  }
  return part;
}

// The way back: puts a part where it was cut out.
inline void paste(const Matrix& part, Matrix& all, std::size_t row, std::size_t first) {
  for (std::size_t i = 0; i < part.rows; ++i) {
    for (std::size_t j = 0; j < part.cols; ++j) all(row + i, first + j) = part(i, j);
  }
}
// ANCHOR_END: columns

struct Attention {
  // ANCHOR: forward
  // [M × e]: row i is the mean of the values that query i sees.
  static Matrix forward(Head& h) {
    h.p = ch01::multiply(h.q, ch01::transpose(h.k));  // the scores, [M × T]
    for (std::size_t i = 0; i < h.p.rows; ++i) {
      double* row = &h.p.values[i * h.p.cols];
      const std::size_t seen = h.seen(i);
      for (std::size_t j = 0; j < seen; ++j) row[j] *= h.scale();
      ch02::softmax(row, seen, row);
      std::fill(row + seen, row + h.p.cols, 0.0);  // and nothing of the rest
    }
    return ch01::multiply(h.p, h.v);
  }
  // ANCHOR_END: forward

  // ANCHOR: backward
  // From dL/doutput [M × e] the slopes by queries, keys and values.
  static HeadSlopes backward(const Head& h, const Matrix& dout) {
    HeadSlopes d{{}, Matrix(h.k.rows, h.k.cols), Matrix(h.v.rows, h.v.cols)};
    ch04::add_transposed_product(h.p, dout, d.v);            // Pᵀ dO
    Matrix ds = ch01::multiply(dout, ch01::transpose(h.v));  // dP = dO Vᵀ
    for (std::size_t i = 0; i < ds.rows; ++i) {
      double mean = 0;  // of the row, with the weights P
      for (std::size_t j = 0; j < ds.cols; ++j) mean += h.p(i, j) * ds(i, j);
      for (std::size_t j = 0; j < ds.cols; ++j) {
        ds(i, j) = h.scale() * h.p(i, j) * (ds(i, j) - mean);
      }
    }
    d.q = ch01::multiply(ds, h.k);               // dS K
    ch04::add_transposed_product(ds, h.q, d.k);  // dSᵀ Q
    return d;
  }
  // ANCHOR_END: backward

  // Where one head's share of a token's numbers lies: columns side by side.
  static Matrix cut(const Matrix& all, std::size_t row, std::size_t rows,
                    std::size_t head, std::size_t d) {
    return ch10::cut(all, row, rows, head * d, d);
  }
  static void paste(const Matrix& part, Matrix& all, std::size_t row,
                    std::size_t head) {
    ch10::paste(part, all, row, head * part.cols);
  }
};

}  // namespace ch10
