// Layers with a planted bug: a network of each of them trains.
#pragma once

#include <cstddef>
#include <cstdint>

#include "09-training-well/batch_norm.h"
#include "09-training-well/deep.h"
#include "09-training-well/dropout.h"

namespace ch09 {

enum class Bug {
  kNone,
  kRunningInTraining,  // the running statistics are used in training
  kBatchInTest,        // the statistics of the batch are used in evaluation
  kForgotten,          // backward takes the variance for a constant
  kNoisy               // dropout goes on in evaluation
};

// ANCHOR: suspect_norm
class SuspectNorm : public BatchNorm {
 public:
  SuspectNorm(std::size_t channels, Bug bug) : BatchNorm(channels), bug_(bug) {}

  Matrix forward(const Matrix& x) override {
    const bool was = training;
    if (bug_ == Bug::kRunningInTraining && was) {
      BatchNorm::forward(x);  // for the statistics only
      training = false;
    }
    if (bug_ == Bug::kBatchInTest) training = true;
    const Matrix y = BatchNorm::forward(x);
    training = was;
    return y;
  }

  Matrix backward(const Matrix& dy) const override {
    Matrix dx = BatchNorm::backward(dy);
    if (bug_ != Bug::kForgotten) return dx;
    for (std::size_t c = 0; c < dx.cols; ++c) {
      double mean = 0;  // of dy · x̂, put back
      for (std::size_t i = 0; i < dx.rows; ++i) mean += dy(i, c) * x_hat_(i, c);
      mean /= static_cast<double>(dx.rows);
      for (std::size_t i = 0; i < dx.rows; ++i)
        dx(i, c) += weight_.value(0, c) * inverse_[c] * x_hat_(i, c) * mean;
    }
    return dx;
  }

 private:
  Bug bug_;
};
// ANCHOR_END: suspect_norm

class SuspectDropout : public Dropout {
 public:
  SuspectDropout(double p, std::uint64_t seed, Bug bug) : Dropout(p, seed), bug_(bug) {}

  Matrix forward(const Matrix& x) override {
    if (training || bug_ != Bug::kNoisy) return Dropout::forward(x);
    mask_ = Matrix(x.rows, x.cols);
    draw();
    return times_mask(x);
  }

 private:
  Bug bug_;
};

inline Network suspect(std::size_t in, std::size_t hidden, Bug bug, Random& random) {
  Network network;
  for (int l = 0; l < 2; ++l) {
    network.add<Dense>(ch04::he(in, hidden, random));
    network.add<SuspectNorm>(hidden, bug).add<ReLU>();
    in = hidden;
  }
  network.add<SuspectDropout>(0.3, 7u, bug);
  network.add<Dense>(Matrix(10, hidden));
  return network;
}

}  // namespace ch09
