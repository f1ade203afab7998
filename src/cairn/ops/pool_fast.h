#pragma once

#include <cairn/core/tensor.h>
#include <cairn/ops/conv_shape.h>

/// Pooling by kernels. Each function returns false, and has done nothing, where there
/// is no kernel for the dtype, the window and the order in memory; then the loops of
/// pool_loops.h do the work.
namespace cairn::detail {

/// `index` (u8, laid out as y) gets the number of the winning tap.
bool fast_max_pool(const ConvShape& s, const Tensor& x, const Tensor& y,
                   const Tensor& index);
bool fast_mean_pool(const ConvShape& s, const Tensor& x, const Tensor& y);

/// All of dx is written.
bool fast_max_pool_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy,
                            const Tensor& index);
bool fast_mean_pool_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy);

}  // namespace cairn::detail
