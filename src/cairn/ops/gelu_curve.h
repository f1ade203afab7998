#pragma once

#include <cairn/ops/elementwise.h>

namespace cairn::detail {

/// y = gelu(x), and unless `slope` is undefined its derivative, for tensors that lie alike
/// without gaps. The slope may take the place of x.
void gelu_curve(const Tensor& y, const Tensor& slope, const Tensor& x, GeluForm form);

}  // namespace cairn::detail
