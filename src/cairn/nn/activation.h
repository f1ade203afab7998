#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/elementwise.h>

namespace cairn::nn {

/// max(x, 0)
class CAIRN_API ReLU : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

/// 1 / (1 + e⁻ˣ)
class CAIRN_API Sigmoid : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

/// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
class CAIRN_API Tanh : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

/// x Φ(x), or its form with tanh: see cairn::gelu.
class CAIRN_API GELU : public Module {
 public:
  /// The exact form, or another.
  explicit GELU(GeluForm form = GeluForm::exact) : form_(form) {}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  GeluForm form_;
};

/// Probabilities along dimension `d`. The losses take logits: a model that is trained
/// with cross_entropy ends before its Softmax.
class CAIRN_API Softmax : public Module {
 public:
  /// Along the last dimension, or another.
  explicit Softmax(int d = -1) : dim_(d) {}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  int dim_;
};

}  // namespace cairn::nn
