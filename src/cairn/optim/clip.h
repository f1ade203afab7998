#pragma once

#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::optim {

/// Scales the gradients of all parameters by the same factor where their norm, taken as
/// if they were one vector, exceeds `max_norm`, and returns the norm that they had:
/// g ← g · min(1, max_norm/(‖g‖ₚ + 10⁻⁶)), as PyTorch does (Pascanu, Mikolov and
/// Bengio, "On the difficulty of training recurrent neural networks", 2013).
///
/// `norm_type` is p: 2, another positive number, or INFINITY for the largest absolute
/// value. Parameters without a gradient count for nothing. Throws ValueError for a
/// negative max_norm or a p that is not positive and, if `error_if_nonfinite`, for a
/// norm that is not finite; the gradients are then as they were. Without that they all
/// become NaN or zero, as in PyTorch.
CAIRN_API double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm,
                                 double norm_type = 2, bool error_if_nonfinite = false);

/// Cuts every element of the gradients at ±clip_value. Throws ValueError for a negative
/// one.
CAIRN_API void clip_grad_value_(const std::vector<Tensor>& parameters,
                                double clip_value);

}  // namespace cairn::optim
