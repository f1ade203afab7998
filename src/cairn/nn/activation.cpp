#include <cairn/nn/activation.h>

#include <cairn/core/text.h>
#include <cairn/ops/softmax.h>

namespace cairn::nn {

Tensor ReLU::forward(const Tensor& x) { return relu(x); }
std::string ReLU::describe() const { return "ReLU()"; }

Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
std::string Sigmoid::describe() const { return "Sigmoid()"; }

Tensor Tanh::forward(const Tensor& x) { return tanh(x); }
std::string Tanh::describe() const { return "Tanh()"; }

Tensor LeakyReLU::forward(const Tensor& x) { return leaky_relu(x, slope_); }
std::string LeakyReLU::describe() const {
  return detail::concat("LeakyReLU(", slope_, ")");
}

Tensor ELU::forward(const Tensor& x) { return elu(x, alpha_); }
std::string ELU::describe() const { return detail::concat("ELU(", alpha_, ")"); }

Tensor SiLU::forward(const Tensor& x) { return silu(x); }
std::string SiLU::describe() const { return "SiLU()"; }

Tensor Softplus::forward(const Tensor& x) { return softplus(x); }
std::string Softplus::describe() const { return "Softplus()"; }

Tensor Identity::forward(const Tensor& x) { return x; }
std::string Identity::describe() const { return "Identity()"; }

Tensor GELU::forward(const Tensor& x) { return gelu(x, form_); }
std::string GELU::describe() const {
  return form_ == GeluForm::exact ? "GELU()" : "GELU(tanh)";
}

Tensor Softmax::forward(const Tensor& x) { return softmax(x, dim_); }
std::string Softmax::describe() const {
  return dim_ == -1 ? "Softmax()" : "Softmax(" + std::to_string(dim_) + ")";
}

}  // namespace cairn::nn
