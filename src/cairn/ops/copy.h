#pragma once

#include <cairn/core/tensor.h>

namespace cairn::detail {

/// out[i] = in[i] for tensors of one shape, any strides and dtypes. Where the elements
/// that lie side by side in `in` lie apart in `out` (a transposed matrix, images from
/// channels-first to channels-last and back), real numbers are moved by squares of
/// registers.
CAIRN_API void copy_elements(const Tensor& out, const Tensor& in);

/// x itself if it lies in memory as `strides` say, else a copy that does: for loops
/// that walk several tensors as one run. The strides must be those of a dense tensor.
CAIRN_API Tensor laid_out(const Tensor& x, const Strides& strides);

}  // namespace cairn::detail
