// The softmax regression of chapter 2 with its gradient left open: whoever trains it
// says what the gradient by the scores is to be, right or wrong.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "02-logistic-regression/images.h"
#include "02-logistic-regression/softmax.h"

namespace ch03 {

using ch01::Matrix;
using ch01::Vector;

// ANCHOR: score_gradients
// From the probabilities p [K] and the label to dL/dz [K]; written over p.
using ScoreGradient = void (*)(Vector& p, std::size_t label);

inline void right_gradient(Vector& p, std::size_t label) { p[label] -= 1; }

// The slope of a sigmoid, out of place: (p - y) p (1 - p).
inline void with_sigmoid_slope(Vector& p, std::size_t label) {
  for (std::size_t k = 0; k < p.size(); ++k) {
    p[k] = (p[k] - (k == label ? 1 : 0)) * p[k] * (1 - p[k]);
  }
}

// Every score but the label's forgotten.
inline void only_the_label(Vector& p, std::size_t label) {
  for (std::size_t k = 0; k < p.size(); ++k) p[k] = k == label ? p[k] - 1 : 0;
}
// ANCHOR_END: score_gradients

struct SoftmaxRegression {
  Matrix weights;  // [D x K]
  Vector bias;     // [K]
};

// The scores of image i: x W + b.
inline Vector scores(const SoftmaxRegression& model, const ch02::Images& images,
                     std::size_t i) {
  const std::size_t pixels = model.weights.rows;
  Vector z = model.bias;
  for (std::size_t d = 0; d < pixels; ++d) {
    const double x = images.pixels[i * pixels + d];
    for (std::size_t k = 0; k < z.size(); ++k) z[k] += x * model.weights(d, k);
  }
  return z;
}

// Adds the gradient of image i's loss to `gradient`.
inline void add_gradient(const SoftmaxRegression& model, const ch02::Images& images,
                         std::size_t i, ScoreGradient rule,
                         SoftmaxRegression& gradient) {
  const std::size_t pixels = model.weights.rows;
  Vector d_scores = scores(model, images, i);
  ch02::softmax(d_scores.data(), d_scores.size(), d_scores.data());
  rule(d_scores, static_cast<std::size_t>(images.labels[i]));
  for (std::size_t k = 0; k < d_scores.size(); ++k) {
    gradient.bias[k] += d_scores[k];
    for (std::size_t d = 0; d < pixels; ++d) {
      gradient.weights(d, k) += images.pixels[i * pixels + d] * d_scores[k];
    }
  }
}

inline SoftmaxRegression zero_model(const ch02::Images& images) {
  return {Matrix(images.height * images.width, 10), Vector(10)};
}

// One pass over the images in batches of ten, in their order.
inline void train_epoch(SoftmaxRegression& model, const ch02::Images& images,
                        double rate, ScoreGradient rule) {
  constexpr std::size_t kBatch = 10;
  for (std::size_t start = 0; start + kBatch <= images.count; start += kBatch) {
    SoftmaxRegression gradient = zero_model(images);
    for (std::size_t i = start; i < start + kBatch; ++i) {
      add_gradient(model, images, i, rule, gradient);
    }
    for (std::size_t w = 0; w < model.weights.values.size(); ++w) {
      model.weights.values[w] -= rate / kBatch * gradient.weights.values[w];
    }
    for (std::size_t k = 0; k < 10; ++k) {
      model.bias[k] -= rate / kBatch * gradient.bias[k];
    }
  }
}

inline double accuracy(const SoftmaxRegression& model, const ch02::Images& images) {
  double right = 0;
  for (std::size_t i = 0; i < images.count; ++i) {
    const Vector z = scores(model, images, i);
    const auto best = std::max_element(z.begin(), z.end()) - z.begin();
    right += best == images.labels[i] ? 1 : 0;
  }
  return right / static_cast<double>(images.count);
}

// ANCHOR: total_loss
// Cross-entropy summed over the images, as a function of all weights and biases in
// one row, weights first.
inline double total_loss(const Vector& all, const ch02::Images& images) {
  SoftmaxRegression model = zero_model(images);
  const auto middle = all.begin() + static_cast<long>(model.weights.values.size());
  std::copy(all.begin(), middle, model.weights.values.begin());
  std::copy(middle, all.end(), model.bias.begin());
  double loss = 0;
  for (std::size_t i = 0; i < images.count; ++i) {
    const Vector z = scores(model, images, i);
    loss += ch02::log_sum_exp(z.data(), z.size()) -
            z[static_cast<std::size_t>(images.labels[i])];
  }
  return loss;
}
// ANCHOR_END: total_loss

inline Vector flat(const SoftmaxRegression& model) {
  Vector all = model.weights.values;
  all.insert(all.end(), model.bias.begin(), model.bias.end());
  return all;
}

}  // namespace ch03
