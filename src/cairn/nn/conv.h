#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/conv.h>

namespace cairn::nn {

/// Settings of Conv2d; setters chain.
struct Conv2dOptions {
  /// A square kernel; kernel_size() makes it any rectangle.
  Conv2dOptions(std::int64_t in_channels, std::int64_t out_channels,
                std::int64_t kernel_size)
      : in_channels_(in_channels),
        out_channels_(out_channels),
        kernel_{kernel_size, kernel_size} {}

  /// A kernel that is not square.
  Conv2dOptions& kernel_size(std::int64_t height, std::int64_t width) {
    return kernel_ = {height, width}, *this;
  }
  /// How far apart the windows are (default: 1).
  ///@{
  Conv2dOptions& stride(std::int64_t s) { return stride(s, s); }
  Conv2dOptions& stride(std::int64_t down, std::int64_t right) {
    return window_.stride[0] = down, window_.stride[1] = right, *this;
  }
  ///@}
  /// Zeros added on every side (default: none).
  ///@{
  Conv2dOptions& padding(std::int64_t p) { return padding(p, p); }
  Conv2dOptions& padding(std::int64_t rows, std::int64_t columns) {
    return window_.padding[0] = rows, window_.padding[1] = columns, *this;
  }
  ///@}
  /// How far apart the taps of a filter are (default: 1).
  ///@{
  Conv2dOptions& dilation(std::int64_t d) { return dilation(d, d); }
  Conv2dOptions& dilation(std::int64_t down, std::int64_t right) {
    return window_.dilation[0] = down, window_.dilation[1] = right, *this;
  }
  ///@}
  /// Groups of channels that do not see each other (default: 1).
  Conv2dOptions& groups(std::int64_t count) { return groups_ = count, *this; }
  /// Whether a bias is added (it is).
  Conv2dOptions& bias(bool on) { return bias_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t in_channels_, out_channels_;
  Shape kernel_;
  Window window_;
  std::int64_t groups_ = 1;
  bool bias_ = true;
  ///@}
};

/// Filters slid over images: see cairn::conv2d for shapes and formula. Weight
/// [out, in/groups, kh, kw] and bias [out], drawn as PyTorch does: uniform in ±1/√fan
/// in. Derived in chapter 6.
class CAIRN_API Conv2d : public Module {
 public:
  /// A square kernel and the default settings.
  Conv2d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel_size)
      : Conv2d(Conv2dOptions(in_channels, out_channels, kernel_size)) {}
  /// Throws ValueError for sizes that make no convolution.
  explicit Conv2d(const Conv2dOptions& options);

  Tensor forward(const Tensor& x) override;
  /// relu(forward(x)), computed at once: see cairn::conv2d_relu.
  Tensor forward_relu(const Tensor& x);
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;  ///< [out, in/groups, kh, kw]
  Tensor bias;    ///< [out], or undefined

 private:
  Conv2dOptions options_;
};

}  // namespace cairn::nn
