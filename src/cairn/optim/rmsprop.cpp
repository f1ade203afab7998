#include <cairn/optim/rmsprop.h>

#include <algorithm>
#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

struct Settings {
  double alpha, epsilon, rate, momentum, decay;
};

// The same arithmetic as the f32 kernel, in doubles.
void update(double* w, const double* gradient, double* v, double* m, double* b,
            std::int64_t n, const Settings& s) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double g = gradient[i] + s.decay * w[i];
    v[i] = s.alpha * v[i] + (1 - s.alpha) * g * g;
    double square = v[i];
    if (m != nullptr) {
      m[i] = s.alpha * m[i] + (1 - s.alpha) * g;
      square = std::max(0.0, square - m[i] * m[i]);  // rounded, it may be below 0
    }
    double direction = g / (std::sqrt(square) + s.epsilon);
    if (b != nullptr) direction = b[i] = s.momentum * b[i] + direction;
    w[i] -= s.rate * direction;
  }
}

kernels::RmsStep in_floats(const Settings& s) {
  kernels::RmsStep step{};
  step.keep = static_cast<float>(s.alpha);
  step.fresh = static_cast<float>(1 - s.alpha);
  step.eps = static_cast<float>(s.epsilon);
  step.lr = static_cast<float>(s.rate);
  step.momentum = static_cast<float>(s.momentum);
  step.l2 = static_cast<float>(s.decay);
  return step;
}

std::vector<const char*> buffers(bool centered) {
  // Three places: the mean's stays empty where squares are not taken about it.
  if (centered) return {"square_avg", "grad_avg", "momentum_buffer"};
  return {"square_avg", "momentum_buffer"};
}

}  // namespace

struct RMSprop::Work {
  detail::Updates<Settings> updates;
};

RMSpropOptions::~RMSpropOptions() = default;

std::unique_ptr<Optimizer> RMSpropOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<RMSprop>(std::move(parameters), *this);
}

RMSprop::RMSprop(std::vector<Tensor> parameters, const RMSpropOptions& options)
    : Optimizer("RMSprop", std::move(parameters), options.learning_rate_,
                options.weight_decay_, buffers(options.centered_)),
      alpha_(options.alpha_),
      epsilon_(options.epsilon_),
      mu_(options.momentum_),
      centered_(options.centered_) {
  detail::check_setting("RMSprop", "alpha", alpha_, 0, 1);
  detail::check_setting("RMSprop", "eps", epsilon_, 0, INFINITY);
  detail::check_setting("RMSprop", "the momentum", mu_, 0, 1);
  momentum_ = &mu_;
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

RMSprop::~RMSprop() = default;

void RMSprop::step() {
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Memory& memory = memory_[i];
    ++memory.steps;
    detail::require_buffer(memory.buffers[0], w);
    if (centered_) detail::require_buffer(memory.buffers[1], w);
    if (mu_ != 0) detail::require_buffer(memory.buffers[centered_ ? 2 : 1], w);
    work_->updates.add(w, std::move(gradient), memory.buffers,
                       {alpha_, epsilon_, learning_rate() * memory.rate_factor, mu_,
                        memory.weight_decay});
  }
  const kernels::MathKernels& math = *kernels::kernels().math;
  work_->updates.run([&](const auto& span, std::int64_t begin, std::int64_t end) {
    const Settings& s = span.settings;
    const std::int64_t n = end - begin;
    // Without a mean, the second buffer is the momentum's.
    const auto in_order = [&](auto step) {
      return [this, step](auto* w, const auto* g, auto* v, auto* second, auto* third) {
        centered_ ? step(w, g, v, second, third) : step(w, g, v, third, second);
      };
    };
    if (span.dtype == DType::f32) {
      span.template at<float>(begin, in_order([&](auto... arrays) {
                                math.rms_step(arrays..., n, in_floats(s));
                              }));
    } else {
      span.template at<double>(
          begin, in_order([&](auto... arrays) { update(arrays..., n, s); }));
    }
  });
}

}  // namespace cairn::optim
