#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/norm.h>

namespace cairn::nn {

/// Settings of BatchNorm1d and BatchNorm2d; setters chain.
struct BatchNormOptions {
  /// How many channels there are.
  explicit BatchNormOptions(std::int64_t num_features) : num_features_(num_features) {}
  /// What is added to the variance before the root is taken.
  BatchNormOptions& eps(double value) { return eps_ = value, *this; }
  /// The share of the newest batch in the running statistics.
  BatchNormOptions& momentum(double value) { return momentum_ = value, *this; }
  /// Whether there are a weight and a bias (there are).
  BatchNormOptions& affine(bool on) { return affine_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t num_features_;
  double eps_ = 1e-5;
  double momentum_ = 0.1;
  bool affine_ = true;
  ///@}
};

/// What BatchNorm1d and BatchNorm2d share: see cairn::batch_norm for the formula. While
/// training, the statistics are those of the batch; after eval(), the running ones. The
/// state has PyTorch's names: its weights load unchanged. Derived in chapter 9.
class CAIRN_API BatchNorm : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  /// relu(forward(x)), computed at once: see cairn::batch_norm_relu.
  Tensor forward_relu(const Tensor& x);
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;        ///< [channels], ones at first, or undefined
  Tensor bias;          ///< [channels], zeros at first, or undefined
  Tensor running_mean;  ///< [channels], zeros at first
  Tensor running_var;   ///< [channels], ones at first
  /// i64: how many batches the running statistics have seen.
  Tensor num_batches_tracked;

 protected:
  /// Inputs of `least` to `most` dimensions, which a text calls `shapes`. Throws
  /// ValueError for options outside their range.
  BatchNorm(const BatchNormOptions& options, const char* name, int least, int most,
            const char* shapes);

 private:
  using Operation = decltype(&batch_norm);
  Tensor run(const Tensor& x, Operation operation);

  BatchNormOptions options_;
  const char* name_;
  int least_, most_;
  const char* shapes_;
};

/// For features [n, channels] or sequences [n, channels, length].
class CAIRN_API BatchNorm1d : public BatchNorm {
 public:
  /// With the default settings.
  explicit BatchNorm1d(std::int64_t num_features)
      : BatchNorm1d(BatchNormOptions(num_features)) {}
  /// Throws ValueError for options outside their range.
  explicit BatchNorm1d(const BatchNormOptions& options)
      : BatchNorm(options, "BatchNorm1d", 2, 3,
                  "(n, channels) or (n, channels, length)") {}
};

/// For images [n, channels, height, width].
class CAIRN_API BatchNorm2d : public BatchNorm {
 public:
  /// With the default settings.
  explicit BatchNorm2d(std::int64_t num_features)
      : BatchNorm2d(BatchNormOptions(num_features)) {}
  /// Throws ValueError for options outside their range.
  explicit BatchNorm2d(const BatchNormOptions& options)
      : BatchNorm(options, "BatchNorm2d", 4, 4, "(n, channels, height, width)") {}
};

/// Settings of LayerNorm; setters chain.
struct LayerNormOptions {
  /// The size of the last dimension, or of several, that are normalised together.
  ///@{
  explicit LayerNormOptions(std::int64_t normalized_size) : shape_{normalized_size} {}
  explicit LayerNormOptions(const Shape& normalized_shape) : shape_(normalized_shape) {}
  ///@}
  /// What is added to the variance before the root is taken.
  LayerNormOptions& eps(double value) { return eps_ = value, *this; }
  /// Whether there are a weight and a bias (there are).
  LayerNormOptions& elementwise_affine(bool on) { return affine_ = on, *this; }
  /// Whether there is a bias beside the weight (there is).
  LayerNormOptions& bias(bool on) { return bias_ = on, *this; }

  /// What is set.
  ///@{
  Shape shape_;
  double eps_ = 1e-5;
  bool affine_ = true, bias_ = true;
  ///@}
};

/// Brings each sample's last dimensions to mean 0 and variance 1: see
/// cairn::layer_norm. Derived in chapter 9.
class CAIRN_API LayerNorm : public Module {
 public:
  /// Over the last dimension, or the last ones, of these sizes.
  ///@{
  explicit LayerNorm(std::int64_t normalized_size)
      : LayerNorm(LayerNormOptions(normalized_size)) {}
  explicit LayerNorm(const Shape& normalized_shape)
      : LayerNorm(LayerNormOptions(normalized_shape)) {}
  ///@}
  /// Throws ValueError for options outside their range.
  explicit LayerNorm(const LayerNormOptions& options);
  Tensor forward(const Tensor& x) override;
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;  ///< of the normalised shape, ones at first, or undefined
  Tensor bias;    ///< of the normalised shape, zeros at first, or undefined

 private:
  LayerNormOptions options_;
};

}  // namespace cairn::nn
