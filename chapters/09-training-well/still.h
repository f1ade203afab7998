// Checks of layers that draw numbers or look at the whole batch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/check.h"
#include "09-training-well/deep.h"
#include "09-training-well/properties.h"

namespace ch09 {

using ch04::Samples;

// ANCHOR: held
// Dropout that has drawn its mask once: only then does it have a slope to check.
class HeldDropout : public Dropout {
 public:
  HeldDropout(double p, std::uint64_t seed, std::size_t rows, std::size_t cols)
      : Dropout(p, seed) {
    mask_ = Matrix(rows, cols);
    Dropout::draw();
    held_ = mask_;
  }

 protected:
  void draw() override { mask_ = held_; }

 private:
  Matrix held_;
};
// ANCHOR_END: held

// ANCHOR: check_whole
// Chapter 4's check of a network, but with the batch in one piece.
inline ch03::CheckResult check_whole(Network& network, const Samples& batch) {
  const Vector at = ch04::values(network);
  const auto loss = [&](const Vector& parameters) {
    ch04::set_values(network, parameters);
    return ch02::softmax_cross_entropy(network.forward(batch.inputs), batch.labels);
  };
  ch04::loss_and_gradients(network, batch);
  const Vector analytic = ch04::gradients(network);
  ch04::set_values(network, at);
  return ch03::check_gradient(loss, at, analytic);
}
// ANCHOR_END: check_whole

// A dense layer before a batch norm may have weights of any size.
inline double off_when_stretched(Random& random) {
  const Matrix weights = ch04::he(6, 5, random), x = ch04::normal(6, 9, 1, random);
  Dense dense(weights);
  BatchNorm norm(5);
  const Matrix y = norm.forward(dense.forward(x));
  for (double& w : dense.parameters()[0]->value.values) w *= 10;
  return apart(norm.forward(dense.forward(x)), y);
}

// The mean of many passes is the input, and the mean of the way back the slope.
inline double off_in_the_mean(Random& random) {
  Matrix x(1, 4), mean(1, 4), back(1, 4);
  for (double& v : x.values) v = random.uniform(0.5, 1);
  Dropout dropout(0.3, 5);
  const int passes = 20000;
  for (int i = 0; i < passes; ++i) {
    const Matrix y = dropout.forward(x), dx = dropout.backward(x);
    for (std::size_t k = 0; k < 4; ++k) {
      mean.values[k] += y.values[k] / passes;
      back.values[k] += dx.values[k] / passes;
    }
  }
  return std::max(apart(mean, x), apart(back, x));
}

}  // namespace ch09
