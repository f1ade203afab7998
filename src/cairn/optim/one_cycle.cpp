#include <cairn/optim/one_cycle.h>

#include <cmath>

#include <cairn/core/text.h>

namespace cairn::optim {
namespace {

constexpr double kPi = 3.14159265358979323846;

void check(const OneCycleLROptions& o, const Optimizer& optimizer) {
  const char* const name = "OneCycleLR";
  detail::check_at_least(name, "max_lr", o.max_lr_, 0);
  detail::check_at_least(name, "total_steps", static_cast<double>(o.total_steps_), 1);
  detail::check_setting(name, "pct_start", o.pct_start_, 0, std::nextafter(1.0, 2.0));
  detail::check_setting(name, "the lowest momentum", o.base_momentum_, 0, 1);
  detail::check_setting(name, "the highest momentum", o.max_momentum_, 0, 1);
  if (!(o.div_factor_ > 0 && o.final_div_factor_ > 0)) {
    throw ValueError(cairn::detail::concat("OneCycleLR: the rate cannot be divided by ",
                                           o.div_factor_, " and ", o.final_div_factor_,
                                           "; give two numbers above 0"));
  }
  if (o.cycle_momentum_ && !optimizer.has_momentum()) {
    throw ValueError(cairn::detail::concat(
        "OneCycleLR: ", optimizer.name(),
        " has no momentum to lower where the rate rises; say cycle_momentum(false)"));
  }
}

}  // namespace

OneCycleLR::OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options)
    : LRScheduler("OneCycleLR", optimizer), options_(options) {
  check(options_, optimizer);
  const auto total = static_cast<double>(options_.total_steps_);
  const double top = options_.max_lr_, first = top / options_.div_factor_;
  const double last = first / options_.final_div_factor_;
  const double low = options_.base_momentum_, high = options_.max_momentum_;
  const double rise = options_.pct_start_ * total;
  phases_.push_back({rise - 1, first, top, high, low});
  if (options_.three_phase_) {
    phases_.push_back({2 * rise - 2, top, first, low, high});
    phases_.push_back({total - 1, first, last, high, high});
  } else {
    phases_.push_back({total - 1, top, last, low, high});
  }
  go_to(0);
}

double OneCycleLR::anneal(double from, double to, double share) const {
  if (options_.anneal_ == OneCycleLROptions::Anneal::linear) {
    return from + (to - from) * share;
  }
  return to + (from - to) / 2 * (1 + std::cos(kPi * share));
}

OneCycleLR::Place OneCycleLR::place_of(std::int64_t steps) const {
  if (steps < 0 || steps > options_.total_steps_) {
    throw ValueError(cairn::detail::concat(
        "OneCycleLR: step ", steps, " of ", options_.total_steps_,
        "; total_steps is the number of epochs times the steps in one"));
  }
  const auto t = static_cast<double>(steps);
  double start = 0;
  for (const Phase& phase : phases_) {
    if (t <= phase.end_step || &phase == &phases_.back()) {
      const double length = phase.end_step - start;
      return {phase, length == 0 ? 1 : (t - start) / length};
    }
    start = phase.end_step;
  }
  return {phases_.back(), 1};
}

double OneCycleLR::rate_at(std::int64_t steps) const {
  const Place place = place_of(steps);
  const double rate = anneal(place.phase.from_rate, place.phase.to_rate, place.share);
  return rate < 0 ? 0 : rate;  // a line goes below in the step after the last
}

double OneCycleLR::momentum_at(std::int64_t steps) const {
  const Place place = place_of(steps);
  return anneal(place.phase.from_momentum, place.phase.to_momentum, place.share);
}

void OneCycleLR::go_to(std::int64_t steps) {
  LRScheduler::go_to(steps);
  if (options_.cycle_momentum_) target().set_momentum(momentum_at(steps));
}

}  // namespace cairn::optim
