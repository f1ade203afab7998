#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// eˣⁱ / Σⱼ eˣʲ along dimension `d`: positive numbers that sum to one. Computed from
/// x − max(x), so that no power overflows (chapter 2).
CAIRN_API Tensor softmax(const Tensor& x, int d);

/// log softmax(x), computed as x − max(x) − log Σ e^(x − max(x)): exact where softmax
/// itself would round to 0.
CAIRN_API Tensor log_softmax(const Tensor& x, int d);

/// log Σ eˣ along dimension `d`, which disappears.
CAIRN_API Tensor logsumexp(const Tensor& x, int d);

}  // namespace cairn
