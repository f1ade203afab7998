#include <cairn/nn/activation.h>

#include <cairn/ops/softmax.h>

namespace cairn::nn {

Tensor ReLU::forward(const Tensor& x) { return relu(x); }
std::string ReLU::describe() const { return "ReLU()"; }

Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
std::string Sigmoid::describe() const { return "Sigmoid()"; }

Tensor Tanh::forward(const Tensor& x) { return tanh(x); }
std::string Tanh::describe() const { return "Tanh()"; }

Tensor GELU::forward(const Tensor& x) { return gelu(x, form_); }
std::string GELU::describe() const {
  return form_ == GeluForm::exact ? "GELU()" : "GELU(tanh)";
}

Tensor Softmax::forward(const Tensor& x) { return softmax(x, dim_); }
std::string Softmax::describe() const {
  return dim_ == -1 ? "Softmax()" : "Softmax(" + std::to_string(dim_) + ")";
}

}  // namespace cairn::nn
