// The linear model, its loss, the gradient of the loss, and gradient descent.
#pragma once

#include "01-linear-regression/matrix.h"

namespace ch01 {

// ANCHOR: model
struct LinearModel {
  Vector weights;   // [d], one for each feature
  double bias = 0;  // the prediction where all features are 0
};

// predicted = X w + b: x [N, d] gives [N].
inline Vector predict(const LinearModel& model, const Matrix& x) {
  Vector predicted = multiply(x, model.weights);
  for (double& p : predicted) p += model.bias;
  return predicted;
}
// ANCHOR_END: model

// ANCHOR: loss
// r = predicted - y, all [N].
inline Vector residuals(const LinearModel& model, const Matrix& x, const Vector& y) {
  require_match(x.rows == y.size(), "residuals", x, y);
  Vector residual = predict(model, x);
  for (std::size_t i = 0; i < y.size(); ++i) residual[i] -= y[i];
  return residual;
}

inline double mean_squared_error(const Vector& residual) {
  return dot(residual, residual) / static_cast<double>(residual.size());
}
// ANCHOR_END: loss

// ANCHOR: gradient
// The slopes of the mean squared error: dL/dw = 2/N Xᵀ r [d], dL/db = 2/N Σ r.
inline LinearModel gradient(const Matrix& x, const Vector& residual) {
  require_match(x.rows == residual.size(), "gradient", x, residual);
  const double scale = 2.0 / static_cast<double>(x.rows);
  LinearModel slope{Vector(x.cols), 0};
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) {
      slope.weights[j] += scale * residual[i] * x(i, j);
    }
    slope.bias += scale * residual[i];
  }
  return slope;
}
// ANCHOR_END: gradient

// ANCHOR: descend
inline void step(LinearModel& model, const LinearModel& slope, double rate) {
  for (std::size_t j = 0; j < model.weights.size(); ++j) {
    model.weights[j] -= rate * slope.weights[j];
  }
  model.bias -= rate * slope.bias;
}

// Gradient descent from where the model stands. Returns the loss before each step and
// after the last, [steps + 1].
inline Vector descend(LinearModel& model, const Matrix& x, const Vector& y, double rate,
                      int steps) {
  Vector losses;
  for (int k = 0; k < steps; ++k) {
    const Vector residual = residuals(model, x, y);
    losses.push_back(mean_squared_error(residual));
    step(model, gradient(x, residual), rate);
  }
  losses.push_back(mean_squared_error(residuals(model, x, y)));
  return losses;
}
// ANCHOR_END: descend

}  // namespace ch01
