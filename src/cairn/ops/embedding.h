#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// Rows of `weight`, [entries, size], looked up by number: indices, i64 of any shape, give
/// a tensor of that shape with one more dimension of `size`. It is the product of one-hot
/// rows with the weight, without the products by zero; the gradient of a row is the sum
/// of what arrives wherever it was looked up, summed in the order of the indices.
///
/// The row at `padding_idx`, which may count from the end, gets no gradient, so that it
/// stays what it is; without one, every row gets its own (pass no_padding).
///
/// Throws DTypeError unless indices are i64 and the weight is real, IndexError for an
/// index outside the rows, ShapeError for a weight that is no matrix.
///@{
constexpr std::int64_t no_padding = INT64_MIN;
CAIRN_API Tensor embedding(const Tensor& indices, const Tensor& weight,
                           std::int64_t padding_idx = no_padding);
///@}

}  // namespace cairn
