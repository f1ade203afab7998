#include <cairn/optim/adamw.h>

namespace cairn::optim {

AdamWOptions::~AdamWOptions() = default;
AdamW::~AdamW() = default;

std::unique_ptr<Optimizer> AdamWOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<AdamW>(std::move(parameters), *this);
}

AdamW::AdamW(std::vector<Tensor> parameters, const AdamWOptions& options)
    : Adam("AdamW", std::move(parameters), options.adam_, Decay::in_weight) {}

}  // namespace cairn::optim
