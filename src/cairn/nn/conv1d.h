#pragma once

#include <cairn/nn/module.h>
#include <cairn/ops/conv.h>

namespace cairn::nn {

/// Settings of Conv1d; setters chain.
struct Conv1dOptions {
  /// How many channels there are before and after, and how many taps a filter has.
  Conv1dOptions(std::int64_t in_channels, std::int64_t out_channels,
                std::int64_t kernel_size)
      : in_channels_(in_channels),
        out_channels_(out_channels),
        kernel_size_(kernel_size) {}
  /// How far apart the windows are (default: 1).
  Conv1dOptions& stride(std::int64_t s) { return stride_ = s, *this; }
  /// Zeros added at either end (default: none).
  Conv1dOptions& padding(std::int64_t p) { return padding_ = p, *this; }
  /// How far apart the taps of a filter are (default: 1).
  Conv1dOptions& dilation(std::int64_t d) { return dilation_ = d, *this; }
  /// Groups of channels that do not see each other (default: 1).
  Conv1dOptions& groups(std::int64_t count) { return groups_ = count, *this; }
  /// Whether a bias is added (it is).
  Conv1dOptions& bias(bool on) { return bias_ = on, *this; }

  /// What is set.
  ///@{
  std::int64_t in_channels_, out_channels_, kernel_size_;
  std::int64_t stride_ = 1, padding_ = 0, dilation_ = 1, groups_ = 1;
  bool bias_ = true;
  ///@}
};

/// Filters slid along sequences [n, channels, length]: see cairn::conv1d. Weight
/// [out, in/groups, taps] and bias [out], drawn as PyTorch does. Sequences whose features
/// come last, as recurrent layers want them, are turned with transpose(1, 2).
class CAIRN_API Conv1d : public Module {
 public:
  /// The default settings.
  Conv1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel_size)
      : Conv1d(Conv1dOptions(in_channels, out_channels, kernel_size)) {}
  /// Throws ValueError for sizes that make no convolution.
  explicit Conv1d(const Conv1dOptions& options);

  Tensor forward(const Tensor& x) override;
  void parts(Parts& parts) override;
  std::string describe() const override;

  Tensor weight;  ///< [out, in/groups, taps]
  Tensor bias;    ///< [out], or undefined

 private:
  Conv1dOptions options_;
};

}  // namespace cairn::nn
