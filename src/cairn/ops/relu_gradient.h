#pragma once

#include <cairn/core/tensor.h>

namespace cairn::detail {

/// dy where y is positive, else zero, laid out as y: what passes the ReLU that made y.
/// For relu() and for the operations that have a ReLU at their end.
Tensor relu_gradient(const Tensor& dy, const Tensor& y);

}  // namespace cairn::detail
