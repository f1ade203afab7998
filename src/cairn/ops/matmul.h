#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// The matrix product, by NumPy's rules: [n,k] by [k,m] is [n,m]; of more dimensions the
/// leading ones are batches and broadcast; a vector on the left is a row, on the right a
/// column. Y = AB, dA = dY Bᵀ, dB = Aᵀ dY (chapter 5). Throws ShapeError where inner sizes
/// differ.
CAIRN_API Tensor matmul(const Tensor& a, const Tensor& b);

/// x Wᵀ + b: what nn::Linear computes. x is [n, in] (or has more leading dimensions),
/// weight [out, in], bias [out] or undefined.
CAIRN_API Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);
/// relu(linear(x, weight, bias)), the same numbers in one pass: sums are cut at 0 before
/// they are stored. nn::Sequential puts it in the place of the two layers.
CAIRN_API Tensor linear_relu(const Tensor& x, const Tensor& weight, const Tensor& bias);

}  // namespace cairn
