// The functions that turn scores into probabilities, and the losses that go with
// them, written so that no score, however large, overflows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch02 {

using ch01::Matrix;
using ch01::Vector;

// ANCHOR: sigmoid
// 1 / (1 + e^-z). The exponential is only ever taken of a number that is not
// positive, so it lies in [0, 1] and cannot overflow.
inline double sigmoid(double z) {
  if (z >= 0) return 1 / (1 + std::exp(-z));
  const double e = std::exp(z);
  return e / (1 + e);
}
// ANCHOR_END: sigmoid

// ANCHOR: softplus
// log(1 + e^z), which is −log(1 − sigmoid(z)).
inline double softplus(double z) {
  return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
}
// ANCHOR_END: softplus

// ANCHOR: binary_cross_entropy
// −log of the probability that sigmoid(z) gives to label y, which is 0 or 1.
inline double binary_cross_entropy(double z, int y) {
  return y == 1 ? softplus(-z) : softplus(z);
}
// ANCHOR_END: binary_cross_entropy

// ANCHOR: log_sum_exp
// log(e^z[0] + … + e^z[n-1]). With the largest score taken out, the largest
// term of the sum is e^0 = 1.
inline double log_sum_exp(const double* z, std::size_t n) {
  const double largest = *std::max_element(z, z + n);
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) sum += std::exp(z[k] - largest);
  return largest + std::log(sum);
}
// ANCHOR_END: log_sum_exp

// ANCHOR: softmax
// p[k] = e^z[k] / (e^z[0] + … + e^z[n-1]). `p` may be `z` itself.
inline void softmax(const double* z, std::size_t n, double* p) {
  const double largest = *std::max_element(z, z + n);
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) sum += p[k] = std::exp(z[k] - largest);
  for (std::size_t k = 0; k < n; ++k) p[k] /= sum;
}
// ANCHOR_END: softmax

// ANCHOR: softmax_backward
// From the slopes of a loss in the probabilities, u [n], to its slopes in the scores:
// the Jacobian of softmax times u, without ever storing the Jacobian.
inline Vector softmax_backward(const Vector& p, const Vector& u) {
  const double average = ch01::dot(p, u);  // of u, with p for weights
  Vector slopes(p.size());
  for (std::size_t j = 0; j < p.size(); ++j) slopes[j] = p[j] * (u[j] - average);
  return slopes;
}
// ANCHOR_END: softmax_backward

inline void check_labels(const Matrix& logits, const std::vector<int>& labels) {
  if (labels.size() != logits.rows || labels.empty())
    throw std::invalid_argument(
        "softmax_cross_entropy: " + std::to_string(logits.rows) +
        " rows of logits but " + std::to_string(labels.size()) +
        " labels; give one label a row, and at least one");
  for (int label : labels)
    if (label < 0 || static_cast<std::size_t>(label) >= logits.cols)
      throw std::invalid_argument(
          "softmax_cross_entropy: label " + std::to_string(label) + " with " +
          std::to_string(logits.cols) + " classes; labels count from 0");
}

// ANCHOR: softmax_cross_entropy
// The mean over the batch of −log softmax(logits row)[label], and, if asked for,
// its gradient with respect to the logits: (p − y) / N.
inline double softmax_cross_entropy(const Matrix& logits,            // [N, K]
                                    const std::vector<int>& labels,  // [N]
                                    Matrix* gradient = nullptr) {    // [N, K]
  check_labels(logits, labels);
  const std::size_t n = logits.rows, k = logits.cols;
  if (gradient) *gradient = Matrix(n, k);
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double* z = &logits.values[i * k];  // the scores of sample i
    const std::size_t label = static_cast<std::size_t>(labels[i]);
    loss += log_sum_exp(z, k) - z[label];
    if (!gradient) continue;
    double* g = &gradient->values[i * k];
    softmax(z, k, g);
    g[label] -= 1;
    for (std::size_t j = 0; j < k; ++j) g[j] /= static_cast<double>(n);
  }
  return loss / static_cast<double>(n);
}
// ANCHOR_END: softmax_cross_entropy

}  // namespace ch02
