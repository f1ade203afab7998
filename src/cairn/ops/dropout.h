#pragma once

#include <cairn/core/random.h>
#include <cairn/core/tensor.h>

namespace cairn {

/// Each element is zero with probability p, else divided by 1 − p, so that the mean
/// stays. Returns x itself when p is 0. Throws ValueError unless 0 ≤ p < 1.
CAIRN_API Tensor dropout(const Tensor& x, double p,
                         Generator& generator = default_generator());

}  // namespace cairn
