#pragma once

#include <cairn/nn/module.h>

namespace cairn::nn {

/// While training, sets each element to zero with probability p and divides the others
/// by 1 − p; otherwise hands x on (Srivastava et al., 2014; chapter 9).
class CAIRN_API Dropout : public Module {
 public:
  /// Throws ValueError unless 0 ≤ p < 1.
  explicit Dropout(double p = 0.5);
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  double p_;
};

}  // namespace cairn::nn
