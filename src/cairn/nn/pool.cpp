#include <cairn/nn/pool.h>

#include <cairn/core/text.h>

namespace cairn::nn {
namespace {

std::string text_of(const char* name, const PoolOptions& o) {
  std::string text = detail::concat(name, "(", o.kernel_[0]);
  if (o.window_.stride[0] != o.kernel_[0]) {
    text += detail::concat(", stride ", o.window_.stride[0]);
  }
  if (o.window_.padding[0] != 0) {
    text += detail::concat(", padding ", o.window_.padding[0]);
  }
  return text + ")";
}

}  // namespace

Tensor MaxPool2d::forward(const Tensor& x) {
  return max_pool2d(x, options_.kernel_, options_.window_);
}
std::string MaxPool2d::describe() const { return text_of("MaxPool2d", options_); }

Tensor AvgPool2d::forward(const Tensor& x) {
  return avg_pool2d(x, options_.kernel_, options_.window_);
}
std::string AvgPool2d::describe() const { return text_of("AvgPool2d", options_); }

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) {
  return adaptive_avg_pool2d(x, output_);
}
std::string AdaptiveAvgPool2d::describe() const {
  const bool square = output_[0] == output_[1];
  return detail::concat("AdaptiveAvgPool2d(", output_[0],
                        square ? "" : detail::concat(", ", output_[1]), ")");
}

}  // namespace cairn::nn
