#pragma once

#include <cstdint>

#include <cairn/core/tensor.h>

namespace cairn {

/// Elements picked by number along dimension `d`: in a matrix,
/// y[i][j] = x[i][index[i][j]] for d = 1, and x[index[i][j]][j] for d = 0. index is i64, of
/// x's sizes but for dimension d, as is y. An element that is picked twice gets both
/// gradients. What an agent was worth that took these actions:
///
///     Tensor taken = gather(values, 1, actions.unsqueeze(1)).squeeze(1);
///
/// Throws DTypeError unless index is i64, ShapeError for shapes that do not fit,
/// IndexError for a number outside.
CAIRN_API Tensor gather(const Tensor& x, int d, const Tensor& index);

/// The positions that put x in order along dimension `d`, as i64 of x's shape. Equal
/// elements keep their order, and NaN counts as larger than any number.
CAIRN_API Tensor argsort(const Tensor& x, int d = -1, bool descending = false);

/// What topk() finds.
struct TopK {
  Tensor values;   ///< the largest first; differentiable
  Tensor indices;  ///< where they stand, as i64
};

/// The `k` largest elements along dimension `d`. Throws ValueError unless there are so
/// many.
CAIRN_API TopK topk(const Tensor& x, std::int64_t k, int d = -1);

}  // namespace cairn
