#pragma once

#include <cairn/core/random.h>
#include <cairn/core/tensor.h>

/// First values of parameters, written in place and without history. Fans are counted
/// as in PyTorch: for a weight [out, in, kernel…], fan in is in · kernel size, fan out
/// is out · kernel size. Chapters 4 and 9 derive why they matter.
namespace cairn::nn::init {

/// Numbers in [low, high).
CAIRN_API void uniform_(Tensor t, double low, double high,
                        Generator& generator = default_generator());
/// Normal numbers of this mean and standard deviation.
CAIRN_API void normal_(Tensor t, double mean, double deviation,
                       Generator& generator = default_generator());
/// One number throughout.
CAIRN_API void constant_(Tensor t, double value);

/// Variance 2 / (fan in + fan out): for tanh and sigmoid (Glorot and Bengio, 2010).
///@{
CAIRN_API void xavier_uniform_(Tensor t, Generator& generator = default_generator());
CAIRN_API void xavier_normal_(Tensor t, Generator& generator = default_generator());
///@}

/// Variance 2 / fan in: for ReLU (He, Zhang, Ren and Sun, 2015).
///@{
CAIRN_API void kaiming_uniform_(Tensor t, Generator& generator = default_generator());
CAIRN_API void kaiming_normal_(Tensor t, Generator& generator = default_generator());
///@}

}  // namespace cairn::nn::init

namespace cairn::detail {

/// A parameter with numbers in ±bound: how PyTorch's layers draw theirs.
Tensor drawn_parameter(const Shape& shape, double bound);

}  // namespace cairn::detail
