#include <cairn/optim/adam.h>

#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

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

struct Adam::Work {
  detail::Updates<Settings> updates;
};

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
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

Adam::~Adam() = default;

double Adam::learning_rate() const { return rate_; }

void Adam::set_learning_rate(double rate) {
  detail::check_setting("Adam", "the learning rate", rate, 0, INFINITY);
  rate_ = rate;
}

void Adam::step() {
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Moments& moments = moments_[i];
    if (moments.steps++ == 0) {
      moments.first = zeros_like(w.detach());
      moments.second = zeros_like(w.detach());
    }
    const auto t = static_cast<double>(moments.steps);
    work_->updates.add(w, std::move(gradient), moments.first, moments.second,
                       {beta1_, beta2_, epsilon_, rate_ / (1 - std::pow(beta1_, t)),
                        1 / std::sqrt(1 - std::pow(beta2_, t)), weight_decay_});
  }
  const kernels::MathKernels& math = *kernels::kernels().math;
  work_->updates.run([&](const auto& span, std::int64_t begin, std::int64_t end) {
    const Settings& s = span.settings;
    const std::int64_t n = end - begin;
    if (span.dtype == DType::f32) {
      span.template at<float>(
          begin, [&](auto... arrays) { math.adam_step(arrays..., n, in_floats(s)); });
    } else {
      span.template at<double>(begin, [&](auto... arrays) { update(arrays..., n, s); });
    }
  });
}

}  // namespace cairn::optim
