#include <cairn/optim/adagrad.h>

#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

struct Settings {
  double rate, epsilon, decay;
};

// The same arithmetic as the f32 kernel, in doubles.
void update(double* w, const double* gradient, double* v, std::int64_t n,
            const Settings& s) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double g = gradient[i] + s.decay * w[i];
    v[i] += g * g;
    w[i] -= s.rate * g / (std::sqrt(v[i]) + s.epsilon);
  }
}

kernels::RmsStep in_floats(const Settings& s) {
  kernels::RmsStep step{};
  step.keep = step.fresh = 1;
  step.eps = static_cast<float>(s.epsilon);
  step.lr = static_cast<float>(s.rate);
  step.l2 = static_cast<float>(s.decay);
  return step;
}

}  // namespace

struct Adagrad::Work {
  detail::Updates<Settings> updates;
};

AdagradOptions::~AdagradOptions() = default;

std::unique_ptr<Optimizer> AdagradOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<Adagrad>(std::move(parameters), *this);
}

Adagrad::Adagrad(std::vector<Tensor> parameters, const AdagradOptions& options)
    : Optimizer("Adagrad", std::move(parameters), options.learning_rate_,
                options.weight_decay_, {"sum"}),
      rate_decay_(options.lr_decay_),
      first_value_(options.initial_accumulator_value_),
      epsilon_(options.epsilon_) {
  detail::check_setting("Adagrad", "lr_decay", rate_decay_, 0, INFINITY);
  detail::check_setting("Adagrad", "the initial accumulator value", first_value_, 0,
                        INFINITY);
  detail::check_setting("Adagrad", "eps", epsilon_, 0, INFINITY);
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

Adagrad::~Adagrad() = default;

void Adagrad::step() {
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Memory& memory = memory_[i];
    Tensor& sum = memory.buffers[0];
    if (!sum.defined()) sum = empty_like(w.detach()).fill_(first_value_);
    const auto before = static_cast<double>(memory.steps++);
    const double rate = learning_rate() * memory.rate_factor;
    work_->updates.add(
        w, std::move(gradient), memory.buffers,
        {rate / (1 + before * rate_decay_), epsilon_, memory.weight_decay});
  }
  const kernels::MathKernels& math = *kernels::kernels().math;
  work_->updates.run([&](const auto& span, std::int64_t begin, std::int64_t end) {
    const Settings& s = span.settings;
    const std::int64_t n = end - begin;
    if (span.dtype == DType::f32) {
      span.template at<float>(
          begin, [&](float* w, const float* g, float* v, float*, float*) {
            math.rms_step(w, g, v, nullptr, nullptr, n, in_floats(s));
          });
    } else {
      span.template at<double>(begin, [&](double* w, const double* g, double* v,
                                          double*, double*) { update(w, g, v, n, s); });
    }
  });
}

}  // namespace cairn::optim
