#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/pool.h>

namespace cairn::nn {

/// Settings of MaxPool2d and AvgPool2d; setters chain.
struct PoolOptions {
  /// A square window that moves by its own size.
  explicit PoolOptions(std::int64_t kernel_size) : kernel_{kernel_size, kernel_size} {
    stride(kernel_size);
  }
  /// How far apart the windows are (default: the window's size).
  ///@{
  PoolOptions& stride(std::int64_t s) { return stride(s, s); }
  PoolOptions& stride(std::int64_t down, std::int64_t right) {
    return window_.stride[0] = down, window_.stride[1] = right, *this;
  }
  ///@}
  /// How far windows reach beyond the image (default: 0); at most half of the window.
  ///@{
  PoolOptions& padding(std::int64_t p) { return padding(p, p); }
  PoolOptions& padding(std::int64_t rows, std::int64_t columns) {
    return window_.padding[0] = rows, window_.padding[1] = columns, *this;
  }
  ///@}

  /// What is set.
  ///@{
  Shape kernel_;
  Window window_;
  ///@}
};

/// The largest value under each window: see cairn::max_pool2d.
class CAIRN_API MaxPool2d : public Module {
 public:
  /// A square window that moves by its own size, or another.
  ///@{
  explicit MaxPool2d(std::int64_t kernel_size) : MaxPool2d(PoolOptions(kernel_size)) {}
  explicit MaxPool2d(const PoolOptions& options) : options_(options) {}
  ///@}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  PoolOptions options_;
};

/// The mean under each window: see cairn::avg_pool2d.
class CAIRN_API AvgPool2d : public Module {
 public:
  /// A square window that moves by its own size, or another.
  ///@{
  explicit AvgPool2d(std::int64_t kernel_size) : AvgPool2d(PoolOptions(kernel_size)) {}
  explicit AvgPool2d(const PoolOptions& options) : options_(options) {}
  ///@}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  PoolOptions options_;
};

/// Means of equal tiles, so that the result has a given height and width, whatever the
/// image's: AdaptiveAvgPool2d(1) gives the mean of every channel. See
/// cairn::adaptive_avg_pool2d.
class CAIRN_API AdaptiveAvgPool2d : public Module {
 public:
  /// The size of the result: square, or not.
  ///@{
  explicit AdaptiveAvgPool2d(std::int64_t output_size)
      : AdaptiveAvgPool2d(output_size, output_size) {}
  AdaptiveAvgPool2d(std::int64_t height, std::int64_t width) : output_{height, width} {}
  ///@}
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;

 private:
  Shape output_;
};

}  // namespace cairn::nn
