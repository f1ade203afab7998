#include <cairn/optim/sgd.h>

#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

struct Settings {
  double rate, momentum, dampening, decay;
  bool nesterov;
  bool first_step;  // the velocity holds nothing yet
};

// The same arithmetic as the f32 kernel, in doubles.
void update(double* w, const double* gradient, double* velocity, std::int64_t n,
            const Settings& s) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double g = gradient[i] + s.decay * w[i];
    double direction = g;
    if (velocity != nullptr) {
      velocity[i] = s.first_step ? g : s.momentum * velocity[i] + (1 - s.dampening) * g;
      direction = s.nesterov ? g + s.momentum * velocity[i] : velocity[i];
    }
    w[i] -= s.rate * direction;
  }
}

kernels::SgdStep in_floats(const Settings& s) {
  kernels::SgdStep step{};
  step.lr = static_cast<float>(s.rate);
  step.momentum = static_cast<float>(s.momentum);
  step.dampening = static_cast<float>(s.dampening);
  step.weight_decay = static_cast<float>(s.decay);
  step.nesterov = s.nesterov;
  step.first_step = s.first_step;
  return step;
}

}  // namespace

struct SGD::Work {
  detail::Updates<Settings> updates;
};

SGDOptions::~SGDOptions() = default;

std::unique_ptr<Optimizer> SGDOptions::make(std::vector<Tensor> parameters) const {
  return std::make_unique<SGD>(std::move(parameters), *this);
}

SGD::SGD(std::vector<Tensor> parameters, const SGDOptions& options)
    : Optimizer("SGD", std::move(parameters), options.learning_rate_,
                options.weight_decay_, {"momentum_buffer"}),
      mu_(options.momentum_),
      dampening_(options.dampening_),
      nesterov_(options.nesterov_) {
  detail::check_setting("SGD", "the momentum", mu_, 0, 1);
  detail::check_setting("SGD", "the dampening", dampening_, 0,
                        std::nextafter(1.0, 2.0));
  if (nesterov_ && (mu_ == 0 || dampening_ != 0)) {
    throw ValueError(
        "SGD: Nesterov's method is a way to use momentum, without dampening; set "
        "momentum too");
  }
  momentum_ = &mu_;
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

SGD::~SGD() = default;

void SGD::step() {
  static const Tensor none[3];
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Memory& memory = memory_[i];
    ++memory.steps;
    Tensor& velocity = memory.buffers[0];
    const bool first = !velocity.defined();
    if (mu_ != 0 && first) velocity = empty_like(w.detach());
    work_->updates.add(w, std::move(gradient), mu_ != 0 ? memory.buffers : none,
                       {learning_rate() * memory.rate_factor, mu_, dampening_,
                        memory.weight_decay, nesterov_, first});
  }
  const kernels::MathKernels& math = *kernels::kernels().math;
  work_->updates.run([&](const auto& span, std::int64_t begin, std::int64_t end) {
    const Settings& s = span.settings;
    const std::int64_t n = end - begin;
    if (span.dtype == DType::f32) {
      span.template at<float>(begin,
                              [&](float* w, const float* g, float* v, float*, float*) {
                                math.sgd_step(w, g, v, n, in_floats(s));
                              });
    } else {
      span.template at<double>(begin, [&](double* w, const double* g, double* v,
                                          double*, double*) { update(w, g, v, n, s); });
    }
  });
}

}  // namespace cairn::optim
