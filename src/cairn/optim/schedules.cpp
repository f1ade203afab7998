#include <cairn/optim/schedules.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cairn::optim {
namespace {
constexpr double kPi = 3.14159265358979323846;
}

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma)
    : LRScheduler("StepLR", optimizer), step_size_(step_size), gamma_(gamma) {
  detail::check_at_least("StepLR", "step_size", static_cast<double>(step_size), 1);
  detail::check_at_least("StepLR", "gamma", gamma, 0);
  go_to(0);
}

double StepLR::rate_at(std::int64_t steps) const {
  const std::int64_t falls = steps / step_size_;
  return base() * std::pow(gamma_, static_cast<double>(falls));
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones,
                         double gamma)
    : LRScheduler("MultiStepLR", optimizer),
      milestones_(std::move(milestones)),
      gamma_(gamma) {
  for (const std::int64_t m : milestones_) {
    detail::check_at_least("MultiStepLR", "a milestone", static_cast<double>(m), 0);
  }
  detail::check_at_least("MultiStepLR", "gamma", gamma, 0);
  go_to(0);
}

double MultiStepLR::rate_at(std::int64_t steps) const {
  const auto reached = std::count_if(milestones_.begin(), milestones_.end(),
                                     [steps](std::int64_t m) { return m <= steps; });
  return base() * std::pow(gamma_, static_cast<double>(reached));
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, double gamma)
    : LRScheduler("ExponentialLR", optimizer), gamma_(gamma) {
  detail::check_at_least("ExponentialLR", "gamma", gamma, 0);
  go_to(0);
}

double ExponentialLR::rate_at(std::int64_t steps) const {
  return base() * std::pow(gamma_, static_cast<double>(steps));
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, std::int64_t t_max,
                                     double eta_min)
    : LRScheduler("CosineAnnealingLR", optimizer), t_max_(t_max), eta_min_(eta_min) {
  detail::check_at_least("CosineAnnealingLR", "T_max", static_cast<double>(t_max), 1);
  detail::check_at_least("CosineAnnealingLR", "eta_min", eta_min, 0);
  go_to(0);
}

double CosineAnnealingLR::rate_at(std::int64_t steps) const {
  const double share = static_cast<double>(steps) / static_cast<double>(t_max_);
  // Rounded, a rate that should be 0 may be a little below.
  return std::max(0.0,
                  eta_min_ + (base() - eta_min_) * (1 + std::cos(kPi * share)) / 2);
}

LinearLR::LinearLR(Optimizer& optimizer, double start_factor, double end_factor,
                   std::int64_t total_iters)
    : LRScheduler("LinearLR", optimizer),
      start_(start_factor),
      end_(end_factor),
      total_(total_iters) {
  detail::check_at_least("LinearLR", "start_factor", start_, 0);
  detail::check_at_least("LinearLR", "end_factor", end_, 0);
  detail::check_at_least("LinearLR", "total_iters", static_cast<double>(total_), 1);
  go_to(0);
}

double LinearLR::rate_at(std::int64_t steps) const {
  const double share =
      static_cast<double>(std::min(steps, total_)) / static_cast<double>(total_);
  return base() * (start_ + (end_ - start_) * share);
}

LambdaLR::LambdaLR(Optimizer& optimizer, std::function<double(std::int64_t)> factor)
    : LRScheduler("LambdaLR", optimizer), factor_(std::move(factor)) {
  if (!factor_) throw ValueError("LambdaLR: there is no function; pass one of t");
  go_to(0);
}

double LambdaLR::rate_at(std::int64_t steps) const { return base() * factor_(steps); }

}  // namespace cairn::optim
