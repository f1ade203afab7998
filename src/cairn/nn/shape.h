#pragma once

#include <cairn/nn/module.h>

namespace cairn::nn {

/// [n, …] to [n, the rest in one].
class CAIRN_API Flatten : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;
};

}  // namespace cairn::nn
