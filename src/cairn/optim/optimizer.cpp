#include <cairn/optim/optimizer.h>

#include <cairn/core/text.h>
#include <cairn/ops/copy.h>

namespace cairn::optim {

using cairn::detail::concat;

Optimizer::Optimizer(std::vector<Tensor> parameters)
    : parameters_(std::move(parameters)) {
  if (parameters_.empty()) {
    throw ValueError("optimizer: there are no parameters; pass model.parameters()");
  }
  for (const Tensor& t : parameters_) {
    if (t.defined() && t.requires_grad() && t.is_leaf() && t.is_dense()) continue;
    throw ValueError(
        concat("optimizer: a tensor ",
               t.defined() ? concat("of shape ", t.shape()) : "(undefined)",
               " cannot be trained; parameters are leaves that require a "
               "gradient"));
  }
}

Optimizer::~Optimizer() = default;
OptimizerOptions::~OptimizerOptions() = default;

void Optimizer::zero_grad() {
  for (Tensor& t : parameters_) t.set_grad(Tensor());
}

namespace detail {

void check_setting(const char* optimizer, const char* setting, double value, double low,
                   double high) {
  if (value >= low && value < high) return;
  throw ValueError(concat(optimizer, ": ", setting, " is ", value,
                          "; it must be at least ", low, " and below ", high));
}

Tensor gradient_of(const Tensor& parameter) {
  Tensor gradient = parameter.grad();
  if (!gradient.defined()) return gradient;
  return cairn::detail::laid_out(gradient, parameter.strides());
}

}  // namespace detail
}  // namespace cairn::optim
