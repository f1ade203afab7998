// Chapter 4's dense layer with its three products replaced.
#pragma once

#include <cstddef>
#include <utility>

#include "04-multilayer-perceptron/layers.h"
#include "11-matrix-multiplication/gemm.h"

namespace ch11 {

using ch01::Matrix;

inline void fast(std::size_t m, std::size_t n, std::size_t k, View<double> a,
                 View<double> b, double* c, std::size_t c_row) {
  multiply_add(m, n, k, a, b, c, c_row);
}

inline View<double> view(const Matrix& x) { return by_rows(x.values.data(), x.cols); }

// ANCHOR: dense
class FastDense : public ch04::Dense {
 public:
  explicit FastDense(Matrix weights, MultiplyAdd multiply = fast)
      : Dense(std::move(weights)), multiply_(multiply) {}

  // Y = 1 b + X Wᵀ
  Matrix forward(const Matrix& x) override {
    x_ = x;
    const Matrix& w = weight_.value;
    Matrix y(x.rows, w.rows);
    for (std::size_t i = 0; i < y.rows; ++i) {
      for (std::size_t j = 0; j < y.cols; ++j) y(i, j) = bias_.value(0, j);
    }
    multiply_(x.rows, w.rows, w.cols, view(x), view(w).transposed(), y.values.data(),
              y.cols);
    return y;
  }

  // dX = dY W
  Matrix backward(const Matrix& dy) const override {
    const Matrix& w = weight_.value;
    Matrix dx(dy.rows, w.cols);
    multiply_(dy.rows, w.cols, w.rows, view(dy), view(w), dx.values.data(), dx.cols);
    return dx;
  }

  // dW += dYᵀ X
  void accumulate(const Matrix& dy) override {
    Matrix& dw = weight_.gradient;
    multiply_(dw.rows, dw.cols, dy.rows, view(dy).transposed(), view(x_),
              dw.values.data(), dw.cols);
    for (std::size_t i = 0; i < dy.rows; ++i) {
      for (std::size_t j = 0; j < dy.cols; ++j) bias_.gradient(0, j) += dy(i, j);
    }
  }

 private:
  MultiplyAdd multiply_;
};
// ANCHOR_END: dense

}  // namespace ch11
