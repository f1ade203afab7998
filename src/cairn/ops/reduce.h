#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

// Sums, means and extremes over all elements are methods of Tensor.

/// The largest or smallest value along each of `dims`, which disappear or, with
/// `keepdim`, become 1; equal ones share the gradient.
///@{
CAIRN_API Tensor amax(const Tensor& x, const Shape& dims, bool keepdim = false);
CAIRN_API Tensor amin(const Tensor& x, const Shape& dims, bool keepdim = false);
///@}

/// Σ a·b over all elements, as one number. Both of one shape.
CAIRN_API Tensor dot(const Tensor& a, const Tensor& b);

/// The number of elements that are NaN or infinite.
CAIRN_API std::int64_t count_nonfinite(const Tensor& x);

}  // namespace cairn
