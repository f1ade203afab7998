#include <cairn/optim/adam.h>

#include <cmath>

#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/table.h>

namespace cairn::optim {
namespace {

constexpr std::int64_t kGrain = 16384;

// The same arithmetic as the f32 kernel, in doubles throughout.
struct Settings {
  double beta1, beta2, epsilon, step_size, inv_sqrt_bias2, decay;
};

void update(double* w, const double* gradient, double* m, double* v, std::int64_t n,
            const Settings& s) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double g = gradient[i] + s.decay * w[i];
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
    w[i] -= s.step_size * m[i] / (std::sqrt(v[i]) * s.inv_sqrt_bias2 + s.epsilon);
  }
}

kernels::AdamStep in_floats(const Settings& s) {
  kernels::AdamStep step{};
  step.beta2 = static_cast<float>(s.beta2);
  step.fresh1 = static_cast<float>(1 - s.beta1);
  step.fresh2 = static_cast<float>(1 - s.beta2);
  step.eps = static_cast<float>(s.epsilon);
  step.step_size = static_cast<float>(s.step_size);
  step.inv_sqrt_bias2 = static_cast<float>(s.inv_sqrt_bias2);
  step.l2 = static_cast<float>(s.decay);
  step.shrink = 1;
  return step;
}

}  // namespace

AdamOptions::~AdamOptions() = default;

std::unique_ptr<Optimizer> AdamOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<Adam>(std::move(parameters), *this);
}

Adam::Adam(std::vector<Tensor> parameters, const AdamOptions& options)
    : Optimizer(std::move(parameters)),
      rate_(options.learning_rate_),
      beta1_(options.beta1_),
      beta2_(options.beta2_),
      epsilon_(options.epsilon_),
      weight_decay_(options.weight_decay_) {
  detail::check_setting("Adam", "the learning rate", rate_, 0, INFINITY);
  detail::check_setting("Adam", "the first beta", beta1_, 0, 1);
  detail::check_setting("Adam", "the second beta", beta2_, 0, 1);
  detail::check_setting("Adam", "eps", epsilon_, 0, INFINITY);
  detail::check_setting("Adam", "the weight decay", weight_decay_, 0, INFINITY);
  moments_.resize(parameters_.size());
}

double Adam::learning_rate() const { return rate_; }

void Adam::set_learning_rate(double rate) {
  detail::check_setting("Adam", "the learning rate", rate, 0, INFINITY);
  rate_ = rate;
}

void Adam::step() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    const Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Moments& moments = moments_[i];
    if (moments.steps++ == 0) {
      moments.first = zeros_like(w.detach());
      moments.second = zeros_like(w.detach());
    }
    const auto t = static_cast<double>(moments.steps);
    const Settings s{beta1_,
                     beta2_,
                     epsilon_,
                     rate_ / (1 - std::pow(beta1_, t)),
                     1 / std::sqrt(1 - std::pow(beta2_, t)),
                     weight_decay_};
    const kernels::AdamStep floats = in_floats(s);
    w.impl()->storage->bump_version();
    parallel_for(w.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      cairn::detail::visit_floating(w.dtype(), "Adam", [&](auto zero) {
        using T = decltype(zero);
        T* const to = cairn::detail::data_of<T>(w) + begin;
        const T* const g = cairn::detail::data_of<T>(gradient) + begin;
        T* const m = cairn::detail::data_of<T>(moments.first) + begin;
        T* const v = cairn::detail::data_of<T>(moments.second) + begin;
        if constexpr (sizeof(T) == 4) {
          kernels::kernels().math->adam_step(to, g, m, v, end - begin, floats);
        } else {
          update(to, g, m, v, end - begin, s);
        }
      });
    });
  }
}

}  // namespace cairn::optim
