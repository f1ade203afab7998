#include <cairn/nn/shape.h>

namespace cairn::nn {

Tensor Flatten::forward(const Tensor& x) { return x.flatten(1); }
std::string Flatten::describe() const { return "Flatten()"; }

}  // namespace cairn::nn
