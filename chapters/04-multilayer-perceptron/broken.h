// Five wrong backward passes that still train. Each is the right layer with one mistake
// planted in it; "Break it" shows what they do to the curve and what finds them.
#pragma once

#include <cstddef>
#include <utility>

#include "04-multilayer-perceptron/layers.h"

namespace ch04 {

// ANCHOR: transposed
// The product copied from forward, with its transpose: dL/dx = dy Wᵀ. The
// shapes fit as long as the layer has as many outputs as inputs.
class DenseTransposed : public Dense {
 public:
  using Dense::Dense;
  Matrix backward(const Matrix& dy) const override {
    return ch01::multiply(dy, ch01::transpose(weight_.value));
  }
};
// ANCHOR_END: transposed

// = for +=: what an earlier backward has added is lost.
class DenseAssigning : public Dense {
 public:
  using Dense::Dense;
  void accumulate(const Matrix& dy) override {
    weight_.gradient = Matrix(weight_.value.rows, weight_.value.cols);
    bias_.gradient = Matrix(1, bias_.value.cols);
    Dense::accumulate(dy);
  }
};

// The bias gradient is that of the batch's last sample, not the sum over all.
class DenseWithLastBias : public Dense {
 public:
  using Dense::Dense;
  void accumulate(const Matrix& dy) override {
    add_transposed_product(dy, x_, weight_.gradient);
    for (std::size_t j = 0; j < dy.cols; ++j) {
      bias_.gradient(0, j) += dy(dy.rows - 1, j);
    }
  }
};

// ANCHOR: wrong_mask
// The mask is made from the output, which is never below zero: it masks
// nothing.
struct OpenReLUFunction : ReLUFunction {
  static double slope(double, double y) { return y >= 0 ? 1 : 0; }
};
using OpenReLU = Activation<OpenReLUFunction>;
// ANCHOR_END: wrong_mask

// ANCHOR: hasty
// Steps as soon as it knows its gradient, so that backward, which comes next,
// hands the gradient down through weights that forward has never seen.
class DenseInHaste : public Dense {
 public:
  DenseInHaste(Matrix weights, double rate) : Dense(std::move(weights)), rate_(rate) {}

  void accumulate(const Matrix& dy) override {
    const Parameter weight = weight_, bias = bias_;  // as they were before
    Dense::accumulate(dy);
    step(weight_, weight.gradient);
    step(bias_, bias.gradient);
  }

 private:
  void step(Parameter& p, const Matrix& before) const {
    for (std::size_t i = 0; i < p.value.values.size(); ++i) {
      const double added = p.gradient.values[i] - before.values[i];
      p.value.values[i] -= rate_ * added;
    }
  }
  double rate_;
};
// ANCHOR_END: hasty

}  // namespace ch04
