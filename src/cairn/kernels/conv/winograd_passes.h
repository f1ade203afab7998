// The two kinds of pass behind winograd.h; arguments have been checked.
#pragma once

#include <cstdint>

#include <cairn/kernels/conv/winograd_tiles.h>
#include <cairn/kernels/table.h>

namespace cairn::kernels {

/// From x to y: the forward pass, or with `backward` the gradient of the input, where x
/// is the output's gradient and y the input's.
struct WinogradPass {
  std::int64_t batch;
  Images<const float> x;
  Images<float> y;
  std::int64_t pad_h, pad_w;
  const float* weight;
  const float* bias;
  bool relu;
  /// Which way the weights lie: y.channels × x.channels × 3 × 3, or x.channels ×
  /// y.channels × 3 × 3 and turned by 180 degrees.
  bool backward;
};

struct WinogradWeightPass {
  std::int64_t batch;
  Images<const float> x;
  Images<const float> dy;
  std::int64_t pad_h, pad_w;
  float* dweight;
};

void run_forward(const WinogradPass& pass, const KernelTable& table);
void run_weight_gradient(const WinogradWeightPass& pass, const KernelTable& table);

}  // namespace cairn::kernels
