#pragma once

#include <cairn/core/tensor.h>

namespace cairn::detail {

/// Sums `gradient` over the dimensions that broadcasting repeated, so that it has `shape`
/// again: the backward of broadcasting (chapter 5). A temporary that has it already is
/// handed through, so that the leaf behind it need not copy.
CAIRN_API Tensor sum_to(Tensor gradient, const Shape& shape);

/// An undefined-elements tensor of `shape`, laid out as the first of a and b that already
/// has this shape and is dense; row by row if neither does.
CAIRN_API Tensor empty_for(const Shape& shape, const Tensor& a, const Tensor& b,
                           DType dtype);

/// Where loops over elements are cut for threads: about 10 µs of work.
constexpr std::int64_t kElementGrain = 32768;

}  // namespace cairn::detail
