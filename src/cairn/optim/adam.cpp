#include <cairn/optim/adam.h>

#include <algorithm>
#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

// The same arithmetic as the f32 kernel, in doubles throughout.
struct Settings {
  double beta1, beta2, epsilon, step_size, inv_sqrt_bias2, l2, shrink;
};

void update(double* w, const double* gradient, double* m, double* v, double* largest,
            std::int64_t n, const Settings& s) {
  for (std::int64_t i = 0; i < n; ++i) {
    w[i] *= s.shrink;
    const double g = gradient[i] + s.l2 * w[i];
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
    double square = v[i];
    if (largest != nullptr) square = largest[i] = std::max(largest[i], square);
    w[i] -= s.step_size * m[i] / (std::sqrt(square) * s.inv_sqrt_bias2 + s.epsilon);
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
  step.l2 = static_cast<float>(s.l2);
  step.shrink = static_cast<float>(s.shrink);
  return step;
}

std::vector<const char*> buffers(bool amsgrad) {
  if (amsgrad) return {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
  return {"exp_avg", "exp_avg_sq"};
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
    : Adam("Adam", std::move(parameters), options, Decay::in_gradient) {}

Adam::Adam(const char* name, std::vector<Tensor> parameters, const AdamOptions& options,
           Decay decay)
    : Optimizer(name, std::move(parameters), options.learning_rate_,
                options.weight_decay_, buffers(options.amsgrad_)),
      decay_(decay),
      beta1_(options.beta1_),
      beta2_(options.beta2_),
      epsilon_(options.epsilon_),
      amsgrad_(options.amsgrad_) {
  detail::check_setting(name, "the first beta", beta1_, 0, 1);
  detail::check_setting(name, "the second beta", beta2_, 0, 1);
  detail::check_setting(name, "eps", epsilon_, 0, INFINITY);
  momentum_ = &beta1_;
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

Adam::~Adam() = default;

void Adam::step() {
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Memory& memory = memory_[i];
    for (int k = 0; k < (amsgrad_ ? 3 : 2); ++k) {
      detail::require_buffer(memory.buffers[k], w);
    }
    const auto t = static_cast<double>(++memory.steps);
    const double rate = learning_rate() * memory.rate_factor;
    const bool in_gradient = decay_ == Decay::in_gradient;
    work_->updates.add(
        w, std::move(gradient), memory.buffers,
        {beta1_, beta2_, epsilon_, rate / (1 - std::pow(beta1_, t)),
         1 / std::sqrt(1 - std::pow(beta2_, t)), in_gradient ? memory.weight_decay : 0,
         in_gradient ? 1 : 1 - rate * memory.weight_decay});
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
