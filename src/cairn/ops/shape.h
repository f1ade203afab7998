#pragma once

#include <vector>

#include <cairn/core/tensor.h>

namespace cairn {

/// Tensors joined along dimension `d`; their other sizes must agree (ShapeError).
CAIRN_API Tensor cat(const std::vector<Tensor>& tensors, int d = 0);

/// Tensors of one shape, side by side along a new dimension `d`.
CAIRN_API Tensor stack(const std::vector<Tensor>& tensors, int d = 0);

}  // namespace cairn
