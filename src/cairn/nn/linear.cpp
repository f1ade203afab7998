#include <cairn/nn/linear.h>

#include <cmath>

#include <cairn/core/text.h>
#include <cairn/nn/init.h>
#include <cairn/ops/matmul.h>

namespace cairn::nn {

Linear::Linear(const LinearOptions& options) {
  const std::int64_t in = options.in_features_, out = options.out_features_;
  if (in < 1 || out < 1) {
    throw ValueError(detail::concat("Linear: ", in, " inputs and ", out,
                                    " outputs; both must be 1 or more"));
  }
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  weight = detail::drawn_parameter({out, in}, bound);
  if (options.bias_) bias = detail::drawn_parameter({out}, bound);
}

Tensor Linear::forward(const Tensor& x) { return linear(x, weight, bias); }

Tensor Linear::forward_relu(const Tensor& x) { return linear_relu(x, weight, bias); }

void Linear::parts(Parts& parts) {
  parts.parameter("weight", weight);
  parts.parameter("bias", bias);
}

std::string Linear::describe() const {
  return detail::concat("Linear(", weight.size(1), ", ", weight.size(0),
                        bias.defined() ? "" : ", no bias", ")");
}

}  // namespace cairn::nn
