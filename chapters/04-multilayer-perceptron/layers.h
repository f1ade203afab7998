// Layers: each computes its output from its input, and on the way back turns the
// gradient of the loss by its output into the gradient by its input.
//
// A batch is a matrix with one sample a row. N is the number of samples in it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/products.h"

namespace ch04 {

// ANCHOR: layer
// Numbers that training changes, and the loss's gradient by each of them.
struct Parameter {
  Matrix value;
  Matrix gradient;  // same shape as value

  explicit Parameter(Matrix initial)
      : value(std::move(initial)), gradient(value.rows, value.cols) {}
};

class Layer {
 public:
  virtual ~Layer() = default;

  // x [N × in] → y [N × out]. Keeps what backward will need.
  virtual Matrix forward(const Matrix& x) = 0;

  // dL/dy [N × out] → dL/dx [N × in], for the x of the last forward.
  virtual Matrix backward(const Matrix& dy) const = 0;

  // Adds dL/dparameter to the gradient of each parameter that the layer has.
  virtual void accumulate(const Matrix& dy) { (void)dy; }
  virtual std::vector<Parameter*> parameters() { return {}; }
};
// ANCHOR_END: layer

// ANCHOR: dense
// y = x Wᵀ + b, with W [out × in], a row of weights for each unit, and
// b [1 × out] added to every row.
class Dense : public Layer {
 public:
  explicit Dense(Matrix weights)
      : weight_(std::move(weights)), bias_(Matrix(1, weight_.value.rows)) {}

  Matrix forward(const Matrix& x) override;
  Matrix backward(const Matrix& dy) const override;
  void accumulate(const Matrix& dy) override;
  std::vector<Parameter*> parameters() override { return {&weight_, &bias_}; }

 protected:
  Parameter weight_;  // [out × in]
  Parameter bias_;    // [1 × out]
  Matrix x_;          // [N × in] the last input
};
// ANCHOR_END: dense

// ANCHOR: dense_forward
inline Matrix Dense::forward(const Matrix& x) {
  x_ = x;
  Matrix y = ch01::multiply(x, ch01::transpose(weight_.value));
  for (std::size_t i = 0; i < y.rows; ++i) {
    for (std::size_t j = 0; j < y.cols; ++j) y(i, j) += bias_.value(0, j);
  }
  return y;
}
// ANCHOR_END: dense_forward

// ANCHOR: dense_backward
// dL/dx = dy W: [N × out] · [out × in] gives [N × in].
inline Matrix Dense::backward(const Matrix& dy) const {
  return ch01::multiply(dy, weight_.value);
}
// ANCHOR_END: dense_backward

// ANCHOR: dense_accumulate
// dL/dW += dyᵀ x: [out × N] · [N × in] gives [out × in].
// dL/db += the sum of dy's rows.
inline void Dense::accumulate(const Matrix& dy) {
  add_transposed_product(dy, x_, weight_.gradient);
  for (std::size_t i = 0; i < dy.rows; ++i) {
    for (std::size_t j = 0; j < dy.cols; ++j) bias_.gradient(0, j) += dy(i, j);
  }
}
// ANCHOR_END: dense_accumulate

// ANCHOR: activation
// A function of one number, applied to every entry. Function gives value(x)
// and slope(x, y), where y = value(x) is at hand and often makes it cheaper.
template <class Function>
class Activation : public Layer {
 public:
  Matrix forward(const Matrix& x) override {
    x_ = x;
    y_ = x;
    for (double& v : y_.values) v = Function::value(v);
    return y_;
  }

  Matrix backward(const Matrix& dy) const override {
    const bool fits = dy.rows == y_.rows && dy.cols == y_.cols;
    ch01::require_match(fits, "backward", dy, y_);
    Matrix dx = dy;
    for (std::size_t i = 0; i < dx.values.size(); ++i) {
      dx.values[i] *= Function::slope(x_.values[i], y_.values[i]);
    }
    return dx;
  }

 private:
  Matrix x_, y_;  // [N × n] the last input and output
};
// ANCHOR_END: activation

// ANCHOR: functions
struct SigmoidFunction {
  static double value(double x) { return ch02::sigmoid(x); }
  static double slope(double, double y) { return y * (1 - y); }
};

struct TanhFunction {
  static double value(double x) { return std::tanh(x); }
  static double slope(double, double y) { return 1 - y * y; }
};

struct ReLUFunction {
  static double value(double x) { return std::max(0.0, x); }
  static double slope(double x, double) { return x > 0 ? 1 : 0; }
};

using Sigmoid = Activation<SigmoidFunction>;
using Tanh = Activation<TanhFunction>;
using ReLU = Activation<ReLUFunction>;
// ANCHOR_END: functions

}  // namespace ch04
