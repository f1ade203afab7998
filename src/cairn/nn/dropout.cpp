#include <cairn/nn/dropout.h>

#include <cairn/core/text.h>
#include <cairn/ops/dropout.h>

namespace cairn::nn {

Dropout::Dropout(double p) : p_(p) {
  if (p >= 0 && p < 1) return;
  throw ValueError(detail::concat("Dropout: p is ", p,
                                  "; the share that is dropped lies in [0, 1)"));
}

Tensor Dropout::forward(const Tensor& x) { return is_training() ? dropout(x, p_) : x; }
std::string Dropout::describe() const { return detail::concat("Dropout(", p_, ")"); }

}  // namespace cairn::nn
