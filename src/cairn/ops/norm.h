#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// Batch normalisation (Ioffe and Szegedy, 2015): every channel is brought to mean 0
/// and variance 1 over the batch, then stretched and shifted by numbers of its own,
///
///     y = (x − mean) / √(variance + eps) · weight + bias.
///
/// x is [n, channels, …]; weight, bias and the running statistics are [channels].
/// weight and bias may be undefined: 1 and 0. While `training`, mean and variance are
/// those of x, and the running statistics, unless undefined, move towards them in
/// place: running ← (1 − momentum) · running + momentum · new, where the new variance
/// is that of a sample (divided by count − 1), as PyTorch has it. Otherwise they are
/// the running ones, which must then be given. Images that lie channels-last stay so.
///
/// Throws ShapeError for shapes that do not fit, DTypeError for mixed dtypes,
/// ValueError for training on one value a channel, for a negative eps or a momentum
/// outside [0, 1].
CAIRN_API Tensor batch_norm(const Tensor& x, const Tensor& running_mean,
                            const Tensor& running_var, const Tensor& weight,
                            const Tensor& bias, bool training, double momentum = 0.1,
                            double eps = 1e-5);

/// relu(batch_norm(…)) in the same passes over memory: what the ReLU lets through is
/// found again from x in the backward pass, and nothing but x is kept for it.
CAIRN_API Tensor batch_norm_relu(const Tensor& x, const Tensor& running_mean,
                                 const Tensor& running_var, const Tensor& weight,
                                 const Tensor& bias, bool training,
                                 double momentum = 0.1, double eps = 1e-5);

/// Layer normalisation (Ba, Kiros and Hinton, 2016): the same formula, where mean and
/// variance are those of each sample's last dimensions, named by `normalized_shape`.
/// weight and bias have that shape, or are undefined: 1 and 0.
///
/// Throws ShapeError for shapes that do not fit or an empty `normalized_shape`,
/// DTypeError for mixed dtypes, ValueError for a negative eps.
CAIRN_API Tensor layer_norm(const Tensor& x, const Shape& normalized_shape,
                            const Tensor& weight, const Tensor& bias,
                            double eps = 1e-5);

}  // namespace cairn
