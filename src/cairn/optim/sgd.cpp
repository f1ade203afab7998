#include <cairn/optim/sgd.h>

#include <cmath>

#include <cairn/kernels/table.h>
#include <cairn/optim/updates.h>

namespace cairn::optim {
namespace {

struct Settings {
  double rate, momentum, decay;
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
      velocity[i] = s.first_step ? g : s.momentum * velocity[i] + g;
      direction = s.nesterov ? g + s.momentum * velocity[i] : velocity[i];
    }
    w[i] -= s.rate * direction;
  }
}

kernels::SgdStep in_floats(const Settings& s) {
  kernels::SgdStep step{};
  step.lr = static_cast<float>(s.rate);
  step.momentum = static_cast<float>(s.momentum);
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
  work_ = std::make_unique<Work>(Work{detail::Updates<Settings>(parameters_.size())});
}

SGD::~SGD() = default;

double SGD::learning_rate() const { return rate_; }

void SGD::set_learning_rate(double rate) {
  detail::check_setting("SGD", "the learning rate", rate, 0, INFINITY);
  rate_ = rate;
}

void SGD::step() {
  work_->updates.clear();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& w = parameters_[i];
    Tensor gradient = detail::gradient_of(w);
    if (!gradient.defined()) continue;
    Tensor& velocity = velocity_[i];
    const bool first = !velocity.defined();
    if (momentum_ != 0 && first) velocity = empty_like(w.detach());
    work_->updates.add(w, std::move(gradient), velocity, Tensor(),
                       {rate_, momentum_, weight_decay_, nesterov_, first});
  }
  const kernels::MathKernels& math = *kernels::kernels().math;
  work_->updates.run([&](const auto& span, std::int64_t begin, std::int64_t end) {
    const Settings& s = span.settings;
    const std::int64_t n = end - begin;
    if (span.dtype == DType::f32) {
      span.template at<float>(begin, [&](float* w, const float* g, float* v, float*) {
        math.sgd_step(w, g, v, n, in_floats(s));
      });
    } else {
      span.template at<double>(begin, [&](double* w, const double* g, double* v,
                                          double*) { update(w, g, v, n, s); });
    }
  });
}

}  // namespace cairn::optim
