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

/// See cairn::leaky_relu.
class CAIRN_API LeakyReLU : public Module {
 public:
  /// What negative numbers are multiplied by.
  explicit LeakyReLU(double negative_slope = 0.01) : slope_(negative_slope) {}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  double slope_;
};

/// See cairn::elu.
class CAIRN_API ELU : public Module {
 public:
  /// What negative numbers go to is −alpha.
  explicit ELU(double alpha = 1) : alpha_(alpha) {}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  double alpha_;
};

/// x / (1 + e⁻ˣ)
class CAIRN_API SiLU : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

/// log(1 + eˣ)
class CAIRN_API Softplus : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

/// x itself: stands where a layer was, or may be.
class CAIRN_API Identity : public Module {
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
