// Feature scaling: every column to mean 0 and standard deviation 1.
#pragma once

#include <cmath>

#include "01-linear-regression/linear_model.h"

namespace ch01 {

// ANCHOR: scaler
struct Scaler {
  Vector mean, deviation;  // [d] each

  Matrix apply(Matrix x) const {
    require_match(x.cols == mean.size(), "Scaler::apply", x, mean);
    for (std::size_t i = 0; i < x.rows; ++i) {
      for (std::size_t j = 0; j < x.cols; ++j) {
        x(i, j) = (x(i, j) - mean[j]) / deviation[j];
      }
    }
    return x;
  }
};
// ANCHOR_END: scaler

// ANCHOR: fit_scaler
inline Scaler fit_scaler(const Matrix& x) {
  const double n = static_cast<double>(x.rows);
  Scaler scaler{Vector(x.cols), Vector(x.cols)};
  for (std::size_t j = 0; j < x.cols; ++j) {
    for (std::size_t i = 0; i < x.rows; ++i) scaler.mean[j] += x(i, j) / n;
    double variance = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double d = x(i, j) - scaler.mean[j];
      variance += d * d / n;
    }
    // A column that never changes has nothing but rounding for a deviation: it becomes
    // 0 everywhere, and not rounding divided by rounding.
    const double deviation = std::sqrt(variance);
    const bool changes = deviation > 1e-12 * std::abs(scaler.mean[j]);
    scaler.deviation[j] = changes ? deviation : 1;
  }
  return scaler;
}
// ANCHOR_END: fit_scaler

// ANCHOR: regressor
// A model that scales its inputs: it remembers the numbers of the training set.
struct Regressor {
  Scaler scaler;
  LinearModel model;
};

inline Vector predict(const Regressor& regressor, const Matrix& x) {
  return predict(regressor.model, regressor.scaler.apply(x));
}
// ANCHOR_END: regressor

// ANCHOR: unscaled
// The same predictions from features in their own units.
inline LinearModel unscaled(const Regressor& regressor) {
  LinearModel result = regressor.model;
  for (std::size_t j = 0; j < result.weights.size(); ++j) {
    result.weights[j] /= regressor.scaler.deviation[j];
    result.bias -= result.weights[j] * regressor.scaler.mean[j];
  }
  return result;
}
// ANCHOR_END: unscaled

}  // namespace ch01
