#include <cairn/optim/sgd.h>

#include <cmath>

#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/table.h>

namespace cairn::optim {
namespace {

constexpr std::int64_t kGrain = 32768;

void update(double* w, const double* gradient, double* velocity, std::int64_t n,
            const kernels::SgdStep& s, double rate, double momentum, double decay) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double g = gradient[i] + decay * w[i];
    double direction = g;
    if (velocity != nullptr) {
      velocity[i] = s.first_step ? g : momentum * velocity[i] + g;
      direction = s.nesterov ? g + momentum * velocity[i] : velocity[i];
    }
    w[i] -= rate * direction;
  }
}

}  // namespace

SGDOptions::~SGDOptions() = default;

std::unique_ptr<Optimizer> SGDOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<SGD>(std::move(parameters), *this);
}

SGD::SGD(std::vector<Tensor> parameters, const SGDOptions& options)
    : Optimizer(std::move(parameters)),
      rate_(options.learning_rate_),
      momentum_(options.momentum_),
      weight_decay_(options.weight_decay_),
      nesterov_(options.nesterov_) {
  detail::check_setting("SGD", "the learning rate", rate_, 0, INFINITY);
  detail::check_setting("SGD", "the momentum", momentum_, 0, 1);
  detail::check_setting("SGD", "the weight decay", weight_decay_, 0, INFINITY);
  if (nesterov_ && momentum_ == 0) {
    throw ValueError(
        "SGD: Nesterov's method is a way to use momentum; set momentum too");
  }
  velocity_.resize(parameters_.size());
}

double SGD::learning_rate() const { return rate_; }

void SGD::set_learning_rate(double rate) {
  detail::check_setting("SGD", "the learning rate", rate, 0, INFINITY);
  rate_ = rate;
}

void SGD::step() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    const Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Tensor& velocity = velocity_[i];
    const bool first = !velocity.defined();
    if (momentum_ != 0 && first) velocity = empty_like(w.detach());
    const kernels::SgdStep s{static_cast<float>(rate_),
                             static_cast<float>(momentum_),
                             0,
                             static_cast<float>(weight_decay_),
                             nesterov_,
                             first};
    w.impl()->storage->bump_version();
    parallel_for(w.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      cairn::detail::visit_floating(w.dtype(), "SGD", [&](auto zero) {
        using T = decltype(zero);
        T* const to = cairn::detail::data_of<T>(w) + begin;
        const T* const g = cairn::detail::data_of<T>(gradient) + begin;
        T* const v =
            momentum_ != 0 ? cairn::detail::data_of<T>(velocity) + begin : nullptr;
        if constexpr (sizeof(T) == 4) {
          kernels::kernels().math->sgd_step(to, g, v, end - begin, s);
        } else {
          update(to, g, v, end - begin, s, rate_, momentum_, weight_decay_);
        }
      });
    });
  }
}

}  // namespace cairn::optim
