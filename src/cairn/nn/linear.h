#pragma once

#include <cairn/nn/module.h>

namespace cairn::nn {

/// Settings of Linear; setters chain.
struct LinearOptions {
  /// How many numbers a sample has before and after.
  LinearOptions(std::int64_t in_features, std::int64_t out_features)
      : in_features_(in_features), out_features_(out_features) {}
  /// Whether a bias is added (it is).
  LinearOptions& bias(bool on) { return bias_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t in_features_, out_features_;
  bool bias_ = true;
  ///@}
};

/// y = x Wᵀ + b: every output is a weighted sum of all inputs. x is [n, in], y [n,
/// out]; weight [out, in] and bias [out] as PyTorch stores them, and as it draws them:
/// uniform in ±1/√in. Derived in chapter 4.
class CAIRN_API Linear : public Module {
 public:
  /// With a bias.
  Linear(std::int64_t in_features, std::int64_t out_features)
      : Linear(LinearOptions(in_features, out_features)) {}
  /// Throws ValueError for sizes below 1.
  explicit Linear(const LinearOptions& options);

  Tensor forward(const Tensor& x) override;
  /// relu(forward(x)), computed at once: see cairn::linear_relu.
  Tensor forward_relu(const Tensor& x);
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;  ///< [out, in]
  Tensor bias;    ///< [out], or undefined
};

}  // namespace cairn::nn
