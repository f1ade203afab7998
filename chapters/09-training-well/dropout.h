// Dropout: in training a random part of the units is silent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "01-linear-regression/random.h"
#include "09-training-well/mode.h"

namespace ch09 {

// ANCHOR: dropout
class Dropout : public ModedLayer {
 public:
  Dropout(double p, std::uint64_t seed) : p_(p), random_(seed) {
    if (!(p >= 0 && p < 1)) throw std::invalid_argument("Dropout: p must be in [0, 1)");
  }

  Matrix forward(const Matrix& x) override {
    mask_ = Matrix(x.rows, x.cols, 1.0);
    if (training) draw();
    return times_mask(x);
  }
  Matrix backward(const Matrix& dy) const override { return times_mask(dy); }

 protected:
  virtual void draw() {
    for (double& m : mask_.values) m = random_.uniform() < p_ ? 0 : 1 / (1 - p_);
  }
  Matrix times_mask(Matrix a) const {
    ch01::require_match(a.values.size() == mask_.values.size(), "Dropout", a, mask_);
    for (std::size_t k = 0; k < a.values.size(); ++k) a.values[k] *= mask_.values[k];
    return a;
  }

  double p_;
  ch01::Random random_;
  Matrix mask_;  // [N × n] 0 or 1/(1 − p)
};
// ANCHOR_END: dropout

}  // namespace ch09
