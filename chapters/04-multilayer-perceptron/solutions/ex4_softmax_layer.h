// Exercise 4 ★★: softmax as a layer of its own, to put in front of any loss.
#pragma once

#include "04-multilayer-perceptron/layers.h"

namespace ch04 {

// y = softmax of each row of x. Every output depends on every input of its row, so the
// slope is no longer one number an entry.
class Softmax : public Layer {
 public:
  Matrix forward(const Matrix& x) override {
    y_ = Matrix(x.rows, x.cols);
    for (std::size_t i = 0; i < x.rows; ++i) {
      ch02::softmax(&x.values[i * x.cols], x.cols, &y_.values[i * x.cols]);
    }
    return y_;
  }

  // dy_k/dx_j is y_k (1 - y_j) where k = j and -y_k y_j elsewhere. Summed over k with
  // weights dy_k, that leaves y_j (dy_j - sum of dy_k y_k).
  Matrix backward(const Matrix& dy) const override {
    ch01::require_match(dy.rows == y_.rows && dy.cols == y_.cols, "backward", dy, y_);
    Matrix dx(dy.rows, dy.cols);
    for (std::size_t i = 0; i < dy.rows; ++i) {
      double mean = 0;  // of dy, weighted by the probabilities
      for (std::size_t k = 0; k < dy.cols; ++k) mean += dy(i, k) * y_(i, k);
      for (std::size_t j = 0; j < dy.cols; ++j) {
        dx(i, j) = y_(i, j) * (dy(i, j) - mean);
      }
    }
    return dx;
  }

 private:
  Matrix y_;  // [N × K] the last output
};

}  // namespace ch04
