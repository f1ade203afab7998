#pragma once

#include <functional>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::autograd {

/// What a user's own differentiable operation is made of.
struct Function {
  /// For errors; must outlive the graph (a string literal does).
  const char* name;
  /// The value. Runs with recording off.
  std::function<Tensor(const std::vector<Tensor>& inputs)> forward;
  /// The gradients of the inputs, one each (undefined for none), given the inputs, the
  /// value and the gradient of the loss with respect to it.
  std::function<std::vector<Tensor>(const std::vector<Tensor>& inputs, const Tensor& y,
                                    const Tensor& dy)>
      backward;
};

/// Computes function.forward(inputs) and puts function.backward on the tape. Check it
/// with gradcheck(). Chapter 5 says what a backward has to hand on.
CAIRN_API Tensor apply(const Function& function, const std::vector<Tensor>& inputs);

}  // namespace cairn::autograd
